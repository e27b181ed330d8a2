namespace MoECompiler;

/// <summary>
/// A window on matrices in 4 bits: what kernels take for a weight of a model of <see cref="Precision.Nf4"/>. Each matrix, of stacked layers or
/// experts each one's, is quantized by itself, in blocks of 64 along its rows.
/// </summary>
public readonly unsafe struct Nf4View
{
    private readonly Buffer? _buffer;

    internal Nf4View(Buffer buffer, long offset, Extents extents)
    {
        long bytes = BytesOf(extents);
        if (offset < 0 || bytes > buffer.Bytes - offset)
            throw new ShapeException($"A view {extents} in 4 bits at byte {offset:N0} needs {bytes:N0} bytes; the buffer has {buffer.Bytes:N0}.");
        _buffer = buffer;
        Offset = offset;
        Extents = extents;
    }

    /// <summary>[..., Rows, Columns].</summary>
    public Extents Extents { get; }

    public long Count => Extents.Count;

    /// <summary>How many matrices there are.</summary>
    public int Matrices => MatricesOf(Extents);

    /// <summary>What the view takes in memory.</summary>
    public long Bytes => BytesOf(Extents);

    public Buffer Buffer => _buffer ?? throw new InvalidOperationException("A default view looks at nothing.");

    /// <summary>The byte of the buffer at which the view begins.</summary>
    internal long Offset { get; }

    internal Nf4Layout Layout => Nf4Layout.Of(Extents);

    /// <summary>Index <paramref name="index"/> of the outermost extent, as a view of one axis less.</summary>
    public Nf4View At(int index)
    {
        if (Extents.Rank < 3 || (uint)index >= (uint)Extents[0])
            throw new ShapeException($"Index {index} of {this}.");
        Extents inner = new(Extents.ToSpan(stackalloc int[Extents.MaximumRank])[1..]);
        return new Nf4View(Buffer, Offset + index * BytesOf(inner), inner);
    }

    /// <summary>The bytes, matrix after matrix; see <see cref="Nf4Layout"/>.</summary>
    internal View<byte> Part(int matrix, long start, long bytes) =>
        new(Buffer, Offset + matrix * Layout.Bytes + start, new Extents(checked((int)bytes)));

    /// <summary>A matrix of the host's own memory, for kernels.</summary>
    internal Nf4Matrix Matrix(int matrix) => new((byte*)Buffer.Address + (nint)(Offset + matrix * Layout.Bytes), Layout);

    public override string ToString() => $"nf4{Extents}";

    /// <summary>What matrices of these extents take in memory.</summary>
    internal static long BytesOf(Extents extents) => MatricesOf(extents) * Nf4Layout.Of(extents).Bytes;

    private static int MatricesOf(Extents extents)
    {
        int matrices = 1;
        for (int axis = 0; axis < extents.Rank - 2; axis++)
            matrices = checked(matrices * extents[axis]);
        return matrices;
    }
}
