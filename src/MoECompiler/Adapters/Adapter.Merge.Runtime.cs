using System.Numerics;

namespace MoECompiler;

public abstract partial class Adapter
{
    /// <summary>The elements of a weight that are in the host's memory at a time.</summary>
    private const int MergedAtOnce = 1 << 20;

    /// <summary>What was merged: the factors may be trained or loaded meanwhile.</summary>
    private MergedChange? _merged;

    /// <summary>Whether the model's weights contain this adapter's change.</summary>
    public bool IsMerged => _merged is not null;

    /// <summary>What tells the model's weights from others; of a merged adapter those that it was made for.</summary>
    private string Fingerprint => _merged?.FingerprintBefore ?? Base.MergedAdapters.Fingerprint(Base);

    /// <summary>
    /// Adds the change to the model's weights, W += Scale * B A: the model alone then computes what the adapter does, at no further cost.
    /// Meanwhile the adapter itself would count twice.
    /// </summary>
    /// <exception cref="InvalidOperationException">It is merged already.</exception>
    public void Merge()
    {
        using Lock.Scope inside = Gate.Enter();
        if (IsMerged)
            throw new InvalidOperationException($"{GetType().Name} is merged into {Base.GetType().Name} already.");
        MergedChange change = new(Fingerprint, [.. Sites.Select(static site => site.Read())]);
        AddChange(change, Scale);
        Base.MergedAdapters.Add(change.FingerprintBefore);
        _merged = change;
    }

    /// <summary>Takes what was merged out of the model's weights again, but for the rounding of two additions: of 16-bit weights in 16 bits.</summary>
    /// <exception cref="InvalidOperationException">It is not merged.</exception>
    public void Unmerge()
    {
        using Lock.Scope inside = Gate.Enter();
        if (_merged is not { } change)
            throw new InvalidOperationException($"{GetType().Name} is not merged into {Base.GetType().Name}.");
        AddChange(change, -Scale);
        Base.MergedAdapters.Remove(Base);
        _merged = null;
    }

    private void AddChange(MergedChange change, float scale)
    {
        foreach ((AdapterFactors site, (float[] a, float[] b)) in Sites.Zip(change.Factors))
            AddChange(site, a, b, scale);
    }

    private sealed record MergedChange(string FingerprintBefore, IReadOnlyList<(float[] A, float[] B)> Factors);

    /// <summary>W += scale * B A, some rows at a time, so that a large weight is never twice in memory.</summary>
    private static void AddChange(AdapterFactors site, float[] a, float[] b, float scale)
    {
        (int rank, int width) = (site.Rank, site.In);
        long rows = site.Weight.Count / width;
        int atOnce = (int)Math.Clamp(MergedAtOnce / width, 1, rows);
        float[] block = new float[atOnce * width];
        float[] change = new float[width];
        for (long first = 0; first < rows; first += atOnce)
        {
            int count = (int)Math.Min(atOnce, rows - first) * width;
            Span<float> elements = block.AsSpan(0, count);
            FloatView part = site.Weight.Stored.Part(first * width, count);
            part.Read((read, at) => read.CopyTo(block.AsSpan((int)at)));
            for (int row = 0; row < elements.Length / width; row++)
            {
                // Summed before it is added: taking it out again rounds once too.
                long group = (first + row) / site.Out;
                Array.Clear(change);
                for (int r = 0; r < rank; r++)
                    AddScaled(change, a.AsSpan(checked((int)((group * rank + r) * width)), width), scale * b[(first + row) * rank + r]);
                AddScaled(elements.Slice(row * width, width), change, 1);
            }
            part.CopyFrom(block.AsMemory(0, count));
        }
    }

    private static void AddScaled(Span<float> sums, ReadOnlySpan<float> addends, float factor)
    {
        int i = 0;
        for (; i + Vector<float>.Count <= sums.Length; i += Vector<float>.Count)
            (new Vector<float>(sums[i..]) + new Vector<float>(addends[i..]) * factor).CopyTo(sums[i..]);
        for (; i < sums.Length; i++)
            sums[i] += addends[i] * factor;
    }
}
