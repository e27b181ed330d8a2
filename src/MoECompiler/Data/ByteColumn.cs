namespace MoECompiler.Data;

/// <summary>A column of floats that is kept as bytes, such as of images: a batch gets (byte - mean) / deviation.</summary>
public sealed class ByteColumn : Column
{
    private readonly byte[] _elements;
    private readonly float[] _floatOf = new float[byte.MaxValue + 1];

    /// <param name="name">Its name in a batch.</param>
    /// <param name="elements">Row after row; the column keeps the array.</param>
    /// <param name="rowExtents">The extents of one row.</param>
    /// <param name="mean">What is subtracted from each byte.</param>
    /// <param name="deviation">What the difference is divided by; with a mean of 0 and 255 here a batch gets 0 to 1.</param>
    /// <exception cref="ShapeException">The elements are no whole number of rows.</exception>
    public ByteColumn(string name, byte[] elements, ReadOnlySpan<int> rowExtents, double mean = 0, double deviation = byte.MaxValue)
        : base(name, ElementType.Float32, elements.Length, new Extents(rowExtents))
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(deviation);
        _elements = elements;
        Mean = mean;
        Deviation = deviation;
        for (int i = 0; i < _floatOf.Length; i++)
            _floatOf[i] = (float)((i - mean) / deviation);
    }

    public double Mean { get; }

    public double Deviation { get; }

    /// <summary>Row after row, as bytes.</summary>
    public ReadOnlySpan<byte> Elements => _elements;

    public override ByteColumn Take(ReadOnlySpan<int> rows)
        => new(Name, Gather(Elements, rows), Spec.RowExtents.ToArray(), Mean, Deviation);

    /// <summary>The same bytes under another scale.</summary>
    public ByteColumn Scaled(double mean, double deviation) => new(Name, _elements, Spec.RowExtents.ToArray(), mean, deviation);

    /// <summary>The mean and the standard deviation of all bytes of the column: a deviation of 0 is given as 1.</summary>
    public (double Mean, double Deviation) Moments()
    {
        Span<long> counts = stackalloc long[byte.MaxValue + 1];
        counts.Clear();
        foreach (byte element in _elements)
            counts[element]++;
        double count = Math.Max(_elements.Length, 1);
        double mean = 0;
        for (int i = 0; i < counts.Length; i++)
            mean += i * (counts[i] / count);
        double variance = 0;
        for (int i = 0; i < counts.Length; i++)
            variance += (i - mean) * (i - mean) * (counts[i] / count);
        return (mean, variance > 0 ? Math.Sqrt(variance) : 1);
    }

    internal override void CopyTo(Batch batch, ReadOnlySpan<int> rows)
    {
        Span<float> destination = batch.Float(Name).Span;
        foreach (int row in rows)
        {
            ReadOnlySpan<byte> source = RowOf(Elements, row);
            for (int i = 0; i < source.Length; i++)
                destination[i] = _floatOf[source[i]];
            destination = destination[source.Length..];
        }
    }
}
