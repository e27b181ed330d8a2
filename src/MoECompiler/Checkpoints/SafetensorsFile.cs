using System.IO.MemoryMappedFiles;

namespace MoECompiler.Checkpoints;

/// <summary>
/// One open safetensors file, mapped into memory: opening it reads the header only, reading a tensor touches that tensor only.
/// </summary>
/// <remarks>The file must not be truncated while it is open. <see cref="SafetensorsWriter"/> never does that: it replaces files
/// whole.</remarks>
public sealed unsafe class SafetensorsFile : IDisposable
{
    private const int ScannedAtOnce = 4096;

    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly Dictionary<string, TensorEntry> _byName = new(StringComparer.Ordinal);

    private SafetensorsFile(string path, MemoryMappedFile file, MemoryMappedViewAccessor view, SafetensorsHeader header)
    {
        Path = path;
        Tensors = header.Tensors;
        Metadata = header.Metadata;
        _file = file;
        _view = view;
        foreach (TensorEntry tensor in Tensors)
            _byName.Add(tensor.Name, tensor);
    }

    public string Path { get; }

    /// <summary>In the order of their bytes in the file.</summary>
    public IReadOnlyList<TensorEntry> Tensors { get; }

    /// <summary>The free texts under <c>__metadata__</c>.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>The file at <paramref name="path"/>, its header checked against its length.</summary>
    /// <exception cref="CheckpointException">The file cannot be opened or breaks the format.</exception>
    public static SafetensorsFile Open(string path)
    {
        MemoryMappedFile? file = null;
        MemoryMappedViewAccessor? view = null;
        try
        {
            FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0);
            long bytes = stream.Length;
            if (bytes == 0)
            {
                stream.Dispose();
                throw new CheckpointException(path, "the file is empty.");
            }
            file = MemoryMappedFile.CreateFromFile(
                stream, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false);
            view = file.CreateViewAccessor(0, bytes, MemoryMappedFileAccess.Read);
            return new SafetensorsFile(path, file, view, ReadHeader(view, bytes, path));
        }
        catch (Exception e)
        {
            view?.Dispose();
            file?.Dispose();
            if (FileErrors.Has(e))
                throw new CheckpointException(path, $"the file cannot be opened: {e.Message}", e);
            throw;
        }
    }

    /// <summary>The tensor of a name; null if there is none.</summary>
    public TensorEntry? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>Copies a tensor stored as F32, F16, BF16 or F64, as f32.</summary>
    /// <exception cref="CheckpointException">There is no such tensor, or it has another number of elements or another type.</exception>
    public void Read(string name, Span<float> destination)
    {
        TensorEntry tensor = FindFloats(name, destination.Length);
        fixed (float* elements = destination)
            Read(tensor, 0, elements, destination.Length);
    }

    /// <inheritdoc cref="Read(string, Span{float})"/>
    public void Read(string name, FloatView destination)
    {
        TensorEntry tensor = FindFloats(name, destination.Count);
        destination.Write((elements, first) =>
        {
            fixed (float* address = elements)
                Read(tensor, first, address, elements.Length);
        });
    }

    /// <summary>The first element that is finite, and infinite as <paramref name="type"/>, or that 4 bits have no code for; null if all fit.</summary>
    internal (float Element, long Index)? FindMisfit(string name, ElementType type)
    {
        TensorEntry tensor = Find(name) ?? throw CheckpointException.ForTensor(Path, name, "the file has no such tensor.");
        float limit = StoredFloats.Limit(type);
        float* block = stackalloc float[ScannedAtOnce];
        for (long first = 0; first < tensor.Count; first += ScannedAtOnce)
        {
            int count = (int)Math.Min(ScannedAtOnce, tensor.Count - first);
            Read(tensor, first, block, count);
            for (int i = 0; i < count; i++)
            {
                if (type == ElementType.Nf4 ? !float.IsFinite(block[i]) : MathF.Abs(block[i]) >= limit && float.IsFinite(block[i]))
                    return (block[i], first + i);
            }
        }
        return null;
    }

    /// <summary>Copies a tensor stored as booleans or integers, as i32.</summary>
    /// <exception cref="CheckpointException">There is no such tensor, it has another number of elements or another type, or an element is
    /// out of range.</exception>
    public void Read(string name, Span<int> destination)
    {
        TensorEntry tensor = FindWith(name, destination.Length);
        if (!StoredIntegers.CanRead(tensor.Type))
            throw CheckpointException.ForTensor(Path, name, $"expected integers, found {tensor.Description}.");
        byte* start = null;
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        try
        {
            int misfit = StoredIntegers.Read(tensor.Type, start + tensor.Offset, destination);
            if (misfit >= 0)
                throw CheckpointException.ForTensor(
                    Path, name, $"expected 32-bit integers, found one that is none at element {misfit:N0}.");
        }
        finally
        {
            _view.SafeMemoryMappedViewHandle.ReleasePointer();
        }
    }

    /// <summary>Copies a tensor of bytes as they are.</summary>
    /// <exception cref="CheckpointException">There is no such tensor, or it has another number of elements or another type.</exception>
    internal void ReadBytes(string name, View<byte> destination)
    {
        TensorEntry tensor = FindWith(name, destination.Count);
        if (tensor.Type != StoredType.U8)
            throw CheckpointException.ForTensor(Path, name, $"expected U8, found {tensor.Description}.");
        ReadBytes(name, 0, destination);
    }

    /// <summary>Copies bytes of a tensor of any type, from its byte <paramref name="first"/> on.</summary>
    /// <exception cref="CheckpointException">There is no such tensor, or it has fewer bytes.</exception>
    internal void ReadBytes(string name, long first, View<byte> destination)
    {
        TensorEntry tensor = Find(name) ?? throw CheckpointException.ForTensor(Path, name, "the file has no such tensor.");
        if (tensor.Count * tensor.Type.Bits() / 8 - first < destination.Count)
            throw CheckpointException.ForTensor(Path, name, $"expected {first + destination.Count:N0} bytes, found {tensor.Description}.");
        byte* start = null;
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        try
        {
            byte* from = start + tensor.Offset + first;
            HostBlocks.Write(destination, (bytes, at) => new ReadOnlySpan<byte>(from + at, bytes.Length).CopyTo(bytes));
        }
        finally
        {
            _view.SafeMemoryMappedViewHandle.ReleasePointer();
        }
    }

    public void Dispose()
    {
        _view.Dispose();
        _file.Dispose();
    }

    /// <summary>Copies <paramref name="count"/> elements from element <paramref name="first"/> on.</summary>
    private void Read(TensorEntry tensor, long first, float* destination, int count)
    {
        byte* start = null;
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        try
        {
            StoredFloats.Read(tensor.Type, start + tensor.Offset + first * tensor.Type.Bits() / 8, destination, count);
        }
        finally
        {
            _view.SafeMemoryMappedViewHandle.ReleasePointer();
        }
    }

    private TensorEntry FindFloats(string name, long count)
    {
        TensorEntry tensor = FindWith(name, count);
        return StoredFloats.CanRead(tensor.Type)
            ? tensor
            : throw CheckpointException.ForTensor(Path, name, $"expected F32, F16, BF16 or F64, found {tensor.Description}.");
    }

    private TensorEntry FindWith(string name, long count)
    {
        TensorEntry tensor = Find(name) ?? throw CheckpointException.ForTensor(Path, name, "the file has no such tensor.");
        return tensor.Count == count
            ? tensor
            : throw CheckpointException.ForTensor(
                Path, name, $"expected {count:N0} elements, found {tensor.Description}, which has {tensor.Count:N0}.");
    }

    private static SafetensorsHeader ReadHeader(MemoryMappedViewAccessor view, long bytes, string path)
    {
        byte* start = null;
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        try
        {
            return SafetensorsHeader.Read(start, bytes, path);
        }
        finally
        {
            view.SafeMemoryMappedViewHandle.ReleasePointer();
        }
    }
}
