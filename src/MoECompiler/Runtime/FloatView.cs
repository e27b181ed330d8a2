using System.Runtime.InteropServices;

namespace MoECompiler;

/// <summary>
/// A dense, row-major window on floats of whichever type: 32 bits; 16, which are read exactly and written rounded to nearest, ties to even; or 4,
/// which are read as what they stand for and written as the nearest of that. A <see cref="View{T}"/> of floats is one, and a <see cref="Nf4View"/>.
/// </summary>
public readonly unsafe struct FloatView
{
    /// <summary>The most bytes of 16-bit floats at a time that are read or written as floats.</summary>
    private const int BlockBytes = 1 << 22;

    private readonly Buffer? _buffer;
    private readonly long _offset;

    internal FloatView(Buffer buffer, long offset, Extents extents, ElementType type)
    {
        _buffer = buffer;
        _offset = offset;
        Extents = extents;
        Type = type;
    }

    /// <summary>What the elements are stored as.</summary>
    public ElementType Type { get; }

    public Extents Extents { get; }

    public long Count => Extents.Count;

    public Buffer Buffer => _buffer ?? throw new InvalidOperationException("A default view looks at nothing.");

    public static implicit operator FloatView(View<float> view) => new(view.Buffer, view.Offset, view.Extents, ElementType.Float32);

    public static implicit operator FloatView(View<Half> view) => new(view.Buffer, view.Offset, view.Extents, ElementType.Float16);

    public static implicit operator FloatView(View<BFloat16> view) => new(view.Buffer, view.Offset, view.Extents, ElementType.BFloat16);

    public static implicit operator FloatView(Nf4View view) => new(view.Buffer, view.Offset, view.Extents, ElementType.Nf4);

    /// <summary>The matrices as they are stored, in 4 bits.</summary>
    /// <exception cref="InvalidOperationException">They are of another type.</exception>
    public Nf4View Quantized => Type == ElementType.Nf4
        ? new Nf4View(Buffer, _offset, Extents)
        : throw new InvalidOperationException($"{this} is not stored in 4 bits.");

    /// <summary>The elements as they are stored.</summary>
    /// <exception cref="InvalidOperationException">They are of another type.</exception>
    public View<T> As<T>() where T : unmanaged => ElementTypes.Of<T>() == Type
        ? new View<T>(Buffer, _offset, Extents)
        : throw new InvalidOperationException($"{this} has no elements of {typeof(T).Name}.");

    /// <summary>The elements as floats, from whatever memory they are in.</summary>
    public float[] ToArray()
    {
        float[] floats = new float[checked((int)Count)];
        Read((elements, first) => elements.CopyTo(floats.AsSpan((int)first)));
        return floats;
    }

    /// <summary>Stores floats in place of the elements, in whatever memory they are.</summary>
    /// <exception cref="ShapeException">There are not as many.</exception>
    /// <exception cref="ArgumentException">Elements have 4 bits, and one is to be NaN or infinite.</exception>
    public void CopyFrom(ReadOnlyMemory<float> source)
    {
        if (source.Length != Count)
            throw new ShapeException($"{Extents} has {Count:N0} elements, not {source.Length:N0}.");
        Write((elements, first) => source.Span.Slice((int)first, elements.Length).CopyTo(elements));
    }

    /// <summary>The address of the first byte; the buffer must be kept alive while it is used.</summary>
    internal byte* Address => (byte*)Buffer.Address + (nint)Offset;

    /// <summary>The byte of the buffer at which the view begins.</summary>
    internal long Offset => _offset;

    /// <summary>Index <paramref name="index"/> of the outermost extent.</summary>
    internal FloatView At(int index) => Type switch
    {
        ElementType.Float16 => As<Half>().At(index),
        ElementType.BFloat16 => As<BFloat16>().At(index),
        ElementType.Nf4 => Quantized.At(index),
        _ => As<float>().At(index),
    };

    /// <summary><paramref name="count"/> elements from the element <paramref name="first"/> on.</summary>
    internal FloatView Part(long first, int count) => Type switch
    {
        ElementType.Float16 => As<Half>().Part(first, new Extents(count)),
        ElementType.BFloat16 => As<BFloat16>().Part(first, new Extents(count)),
        _ => As<float>().Part(first, new Extents(count)),
    };

    /// <summary>Reads all elements in order, as floats.</summary>
    internal void Read(ReadElements<float> read)
    {
        if (Type == ElementType.Nf4)
            Nf4Blocks.Read(Quantized, read);
        else if (Type == ElementType.Float16)
            ReadNarrow(As<Half>(), read);
        else if (Type == ElementType.BFloat16)
            ReadNarrow(As<BFloat16>(), read);
        else
            HostBlocks.Read(As<float>(), read);
    }

    /// <summary>Overwrites all elements in order with floats, which are rounded as they are stored.</summary>
    internal void Write(WriteElements<float> write)
    {
        if (Type == ElementType.Nf4)
            Nf4Blocks.Write(Quantized, write);
        else if (Type == ElementType.Float16)
            WriteNarrow(As<Half>(), write);
        else if (Type == ElementType.BFloat16)
            WriteNarrow(As<BFloat16>(), write);
        else
            HostBlocks.Write(As<float>(), write);
    }

    /// <summary>Reads the bytes of all elements in order, as they are stored.</summary>
    internal void ReadBytes(Action<ReadOnlySpan<byte>> read)
    {
        if (Type == ElementType.Nf4)
            Nf4Blocks.ReadBytes(Quantized, read);
        else if (Type == ElementType.Float16)
            HostBlocks.Read(As<Half>(), (elements, _) => read(MemoryMarshal.AsBytes(elements)));
        else if (Type == ElementType.BFloat16)
            HostBlocks.Read(As<BFloat16>(), (elements, _) => read(MemoryMarshal.AsBytes(elements)));
        else
            HostBlocks.Read(As<float>(), (elements, _) => read(MemoryMarshal.AsBytes(elements)));
    }

    public override string ToString() => $"{Type.Word()}{Extents}";

    private static void ReadNarrow<T>(View<T> view, ReadElements<float> read) where T : unmanaged
    {
        float[] floats = new float[Math.Min(view.Count, BlockBytes / sizeof(T))];
        HostBlocks.Read(
            view,
            (elements, first) =>
            {
                fixed (T* from = elements)
                fixed (float* to = floats)
                    Stored.Widen(from, to, elements.Length);
                read(floats.AsSpan(0, elements.Length), first);
            },
            BlockBytes);
    }

    private static void WriteNarrow<T>(View<T> view, WriteElements<float> write) where T : unmanaged
    {
        float[] floats = new float[Math.Min(view.Count, BlockBytes / sizeof(T))];
        HostBlocks.Write(
            view,
            (elements, first) =>
            {
                write(floats.AsSpan(0, elements.Length), first);
                fixed (float* from = floats)
                fixed (T* to = elements)
                    Stored.Round(from, to, elements.Length);
            },
            BlockBytes);
    }
}
