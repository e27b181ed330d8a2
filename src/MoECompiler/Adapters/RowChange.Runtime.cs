using System.Numerics;

namespace MoECompiler;

/// <summary>What merging makes of a weight's rows, and how it is taken out again: a copy, as what it was made of may be trained meanwhile.</summary>
internal abstract class RowChange
{
    /// <summary>Whether a row only gets something added: such changes are taken out in any order.</summary>
    public virtual bool IsSum => true;

    /// <summary>Changes row <paramref name="row"/> of all matrices together.</summary>
    public abstract void PutIn(long row, Span<float> elements);

    /// <summary>Takes the change out of the row.</summary>
    public abstract void TakeOut(long row, Span<float> elements);

    /// <summary>Multiplies a row.</summary>
    protected static void Multiply(Span<float> elements, double factor)
    {
        foreach (ref float element in elements)
            element = (float)(element * factor);
    }

    /// <summary>Adds a row times a factor.</summary>
    protected static void AddScaled(Span<float> sums, ReadOnlySpan<float> addends, float factor)
    {
        int i = 0;
        for (; i + Vector<float>.Count <= sums.Length; i += Vector<float>.Count)
            (new Vector<float>(sums[i..]) + new Vector<float>(addends[i..]) * factor).CopyTo(sums[i..]);
        for (; i < sums.Length; i++)
            sums[i] += addends[i] * factor;
    }
}

/// <summary>Each row gets another added. It is summed before it is added: taking it out again rounds once too.</summary>
internal abstract class SumChange(int width) : RowChange
{
    private readonly float[] _addend = new float[width];

    public override void PutIn(long row, Span<float> elements) => AddScaled(elements, Of(row), 1);

    public override void TakeOut(long row, Span<float> elements) => AddScaled(elements, Of(row), -1);

    /// <summary>Adds to zeroes what row <paramref name="row"/> gets.</summary>
    protected abstract void AddTo(Span<float> addend, long row);

    private float[] Of(long row)
    {
        Array.Clear(_addend);
        AddTo(_addend, row);
        return _addend;
    }
}

/// <summary>W + scale * B A.</summary>
internal sealed class LowRankChange(float[] a, float[] b, int rank, int width, int rows, float scale) : SumChange(width)
{
    private readonly int _width = width;

    protected override void AddTo(Span<float> addend, long row)
    {
        long group = row / rows;
        for (int r = 0; r < rank; r++)
            AddScaled(addend, a.AsSpan(checked((int)((group * rank + r) * _width)), _width), scale * b[row * rank + r]);
    }
}
