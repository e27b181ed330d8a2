using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace MoECompiler.Checkpoints;

/// <summary>
/// Collects tensors and writes them as one safetensors file. The same tensors and texts give the same bytes, in whatever order they were
/// added, and those of the format's reference implementation.
/// </summary>
public sealed class SafetensorsWriter
{
    private readonly SortedDictionary<string, string> _metadata = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Item> _items = new(StringComparer.Ordinal);

    /// <summary>A tensor to be written, and what writes it: given the stream, and the path for errors to name.</summary>
    private sealed record Item(string Name, StoredType Type, long[] Shape, long Bytes, Action<Stream, string> Write);

    /// <summary>Adds or replaces a text under <c>__metadata__</c>.</summary>
    public void SetMetadata(string key, string text) => _metadata[key] = text;

    /// <summary>Adds a tensor whose elements are read when the file is written.</summary>
    /// <param name="name">Its name; each is used once.</param>
    /// <param name="values">Its elements and shape.</param>
    /// <param name="type">F32, F16 or BF16; the narrower two are rounded to nearest.</param>
    /// <exception cref="ArgumentException">The name is taken, or the type is another.</exception>
    public void Add(string name, View<float> values, StoredType type = StoredType.F32)
    {
        if (!StoredFloats.CanWrite(type))
            throw new ArgumentException($"Floats are written as F32, F16 or BF16, not as {type.Name()}.", nameof(type));
        Add(name, type, ShapeOf(values.Extents), (stream, path) => WriteFloats(name, values, type, stream, path));
    }

    /// <summary>Adds a tensor of floats as they are stored, whose elements are read when the file is written.</summary>
    /// <exception cref="ArgumentException">The name is taken.</exception>
    public void Add(string name, FloatView values)
        => Add(name, StoredTypes.Of(values.Type), ShapeOf(values.Extents), (stream, _) => values.ReadBytes(bytes => stream.Write(bytes)));

    /// <summary>Adds a tensor of I32 whose elements are read when the file is written.</summary>
    /// <exception cref="ArgumentException">The name is taken.</exception>
    public void Add(string name, View<int> values)
        => Add(name, StoredType.I32, ShapeOf(values.Extents), (stream, _) =>
            HostBlocks.Read(values, (elements, _) => stream.Write(MemoryMarshal.AsBytes(elements))));

    /// <summary>Adds a tensor of any type.</summary>
    /// <param name="name">Its name; each is used once.</param>
    /// <param name="type">The type of its elements.</param>
    /// <param name="shape">Its extents.</param>
    /// <param name="write">Writes exactly the bytes that type and shape make, little-endian and row-major.</param>
    /// <exception cref="ArgumentException">The name is taken, or type and shape make no whole number of bytes.</exception>
    public void Add(string name, StoredType type, ReadOnlySpan<long> shape, Action<Stream> write)
        => Add(name, type, shape.ToArray(), (stream, _) => write(stream));

    /// <summary>
    /// Creates or replaces the file at <paramref name="path"/>, as a whole: it is written beside it, flushed to the disk and renamed.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="cancellationToken">Looked at before each tensor, and once all are written.</param>
    /// <exception cref="CheckpointException">The file cannot be written, or a finite element is too large for its type; the old file is as
    /// it was.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled; the old file is as it was.</exception>
    public void Write(string path, CancellationToken cancellationToken = default)
    {
        Item[] items = [.. _items.Values];
        Array.Sort(items, static (a, b) => a.Type != b.Type ? b.Type.CompareTo(a.Type) : string.CompareOrdinal(a.Name, b.Name));
        byte[] header = Header(items);
        if (header.Length > SafetensorsHeader.LengthBytes + SafetensorsHeader.MaximumBytes)
            throw new CheckpointException(
                path, $"the header has {header.Length:N0} bytes; the format allows {SafetensorsHeader.MaximumBytes:N0}.");

        long bytes = items.Aggregate((long)header.Length, static (sum, item) => checked(sum + item.Bytes));
        AtomicFile.Write(path, bytes, stream =>
        {
            stream.Write(header);
            foreach (Item item in items)
            {
                cancellationToken.ThrowIfCancellationRequested();
                WriteItem(item, stream, path);
            }
            cancellationToken.ThrowIfCancellationRequested();
        });
    }

    private void Add(string name, StoredType type, long[] shape, Action<Stream, string> write)
    {
        if (name == SafetensorsHeader.MetadataKey)
            throw new ArgumentException($"{name} names no tensor in this format.", nameof(name));
        long bytes = type.BytesOf(shape)
            ?? throw new ArgumentException(
                $"{type.Name()} {TensorEntry.Describe(shape)} is no whole number of bytes below 2^63.", nameof(shape));
        if (!_items.TryAdd(name, new Item(name, type, shape, bytes, write)))
            throw new ArgumentException($"The tensor {Wording.Quote(name)} is there already.", nameof(name));
    }

    private static void WriteItem(Item item, Stream stream, string path)
    {
        long begin = stream.Position;
        item.Write(stream, path);
        long written = stream.Position - begin;
        if (written != item.Bytes)
            throw new InvalidOperationException(
                $"The tensor {Wording.Quote(item.Name)} has {item.Bytes:N0} bytes; {written:N0} were written.");
    }

    /// <summary>The length and the JSON text, padded with spaces so that the data begins at a multiple of 8.</summary>
    private byte[] Header(Item[] items)
    {
        using MemoryStream text = new();
        text.Write(stackalloc byte[SafetensorsHeader.LengthBytes]);
        using (Utf8JsonWriter json = new(text, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
            WriteJson(json, items);
        while (text.Length % SafetensorsHeader.LengthBytes != 0)
            text.WriteByte((byte)' ');
        byte[] header = text.ToArray();
        BinaryPrimitives.WriteInt64LittleEndian(header, header.Length - SafetensorsHeader.LengthBytes);
        return header;
    }

    private void WriteJson(Utf8JsonWriter json, Item[] items)
    {
        json.WriteStartObject();
        if (_metadata.Count > 0)
        {
            json.WriteStartObject(SafetensorsHeader.MetadataKey);
            foreach ((string key, string value) in _metadata)
                json.WriteString(key, value);
            json.WriteEndObject();
        }
        long offset = 0;
        foreach (Item item in items)
        {
            json.WriteStartObject(item.Name);
            json.WriteString("dtype", item.Type.Name());
            WriteNumbers(json, "shape", item.Shape);
            WriteNumbers(json, "data_offsets", [offset, offset + item.Bytes]);
            json.WriteEndObject();
            offset += item.Bytes;
        }
        json.WriteEndObject();
    }

    private static void WriteNumbers(Utf8JsonWriter json, string name, ReadOnlySpan<long> numbers)
    {
        json.WriteStartArray(name);
        foreach (long number in numbers)
            json.WriteNumberValue(number);
        json.WriteEndArray();
    }

    private static void WriteFloats(string name, View<float> values, StoredType type, Stream stream, string path)
    {
        const int block = 1 << 20;
        byte[] bytes = new byte[Math.Min(values.Count * sizeof(float), block)];
        HostBlocks.Read(
            values,
            (elements, first) =>
            {
                int misfit = StoredFloats.Write(type, elements, bytes);
                if (misfit >= 0)
                    throw CheckpointException.ForTensor(
                        path, name, $"{elements[misfit]}, its element {first + misfit:N0}, is too large for {type.Name()}.");
                stream.Write(bytes, 0, elements.Length * type.Bits() / 8);
            },
            block);
    }

    private static long[] ShapeOf(Extents extents) => Array.ConvertAll(extents.ToArray(), static extent => (long)extent);
}
