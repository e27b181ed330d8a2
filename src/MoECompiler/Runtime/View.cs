using System.Runtime.InteropServices;

namespace MoECompiler;

/// <summary>A dense, row-major window on a buffer: what kernels and generated methods take.</summary>
public readonly unsafe struct View<T> where T : unmanaged
{
    private readonly Buffer? _buffer;
    private readonly long _offset;

    internal View(Buffer buffer, long offset, Extents extents)
    {
        long bytes = extents.Count * sizeof(T);
        if (offset < 0 || bytes > buffer.Bytes - offset)
            throw new ShapeException($"A view {extents} of {typeof(T).Name} at byte {offset:N0} needs {bytes:N0} bytes; the buffer has {buffer.Bytes:N0}.");
        _buffer = buffer;
        _offset = offset;
        Extents = extents;
    }

    public Extents Extents { get; }

    public int Rank => Extents.Rank;

    public long Count => Extents.Count;

    /// <summary>The innermost extent.</summary>
    public int Columns => Extents.Columns;

    /// <summary>The product of all extents but the innermost.</summary>
    public int Rows => checked((int)Extents.Rows);

    public Buffer Buffer => _buffer ?? throw new InvalidOperationException("A default view looks at nothing.");

    /// <summary>The address of the first element; the buffer must be kept alive while it is used.</summary>
    public T* Pointer => (T*)(Buffer.Address + (nint)_offset);

    /// <summary>The elements in order; for the host's own memory and up to 2^31 of them.</summary>
    public Span<T> Span => new(Pointer, checked((int)Count));

    /// <summary>Copies the elements to the host, from whatever memory they are in.</summary>
    /// <exception cref="ShapeException">There are not as many.</exception>
    public void CopyTo(Span<T> destination)
    {
        RequireCount(destination.Length);
        Buffer.Read(_offset, MemoryMarshal.AsBytes(destination));
    }

    /// <summary>Copies elements of the host to whatever memory the view looks at.</summary>
    /// <exception cref="ShapeException">There are not as many.</exception>
    public void CopyFrom(ReadOnlySpan<T> source)
    {
        RequireCount(source.Length);
        Buffer.Write(_offset, MemoryMarshal.AsBytes(source));
    }

    /// <summary>A copy of the elements, from whatever memory they are in.</summary>
    public T[] ToArray()
    {
        T[] elements = new T[checked((int)Count)];
        CopyTo(elements);
        return elements;
    }

    /// <summary>The byte of the buffer at which the view begins.</summary>
    internal long Offset => _offset;

    /// <summary>The same elements under other extents.</summary>
    public View<T> Reshape(Extents extents) => extents.Count == Count
        ? new View<T>(Buffer, _offset, extents)
        : throw new ShapeException($"{Extents} has {Count:N0} elements and {extents} {extents.Count:N0}.");

    /// <summary>Index <paramref name="index"/> of the outermost extent, as a view of one axis less.</summary>
    public View<T> At(int index)
    {
        if ((uint)index >= (uint)Extents[0])
            throw new ShapeException($"Index {index} of {Extents}.");
        Extents inner = new(Extents.ToSpan(stackalloc int[Extents.MaximumRank])[1..]);
        return new View<T>(Buffer, _offset + index * inner.Count * sizeof(T), inner);
    }

    /// <summary>Elements from <paramref name="start"/>, in order, under extents of their own.</summary>
    public View<T> Part(long start, Extents extents) => start >= 0 && extents.Count <= Count - start
        ? new View<T>(Buffer, _offset + start * sizeof(T), extents)
        : throw new ShapeException($"{Extents} has not the {extents.Count:N0} elements from {start:N0} on.");

    private void RequireCount(int count)
    {
        if (count != Count)
            throw new ShapeException($"{Extents} has {Count:N0} elements, not {count:N0}.");
    }

    public override string ToString() => $"{ElementTypes.Of<T>()?.Word() ?? typeof(T).Name}{Extents}";
}
