namespace MoECompiler;

public abstract partial class Adapter
{
    /// <summary>The elements of a weight that are in the host's memory at a time.</summary>
    private const int MergedAtOnce = 1 << 20;

    /// <summary>What was merged: the parameters may be trained or loaded meanwhile.</summary>
    private MergedChange? _merged;

    /// <summary>Whether the model's weights contain this adapter's change.</summary>
    public bool IsMerged => _merged is not null;

    /// <summary>What tells the model's weights from others; of a merged adapter those that it was made for.</summary>
    private string Fingerprint => _merged?.Before ?? Base.MergedAdapters.Fingerprint(Base);

    /// <summary>
    /// Changes the model's weights as the adapter does, such as W += Scale * B A: the model alone then computes what the adapter does, at no
    /// further cost. Meanwhile the adapter itself would count twice.
    /// </summary>
    /// <exception cref="InvalidOperationException">It is merged already, or could not be taken out again.</exception>
    /// <exception cref="NotSupportedException">
    /// What the adapter does is no change of weights, or a weight is stored in 4 bits: rounded to them again it would not be what was trained.
    /// </exception>
    public void Merge()
    {
        using Lock.Scope inside = Gate.Enter();
        if (IsMerged)
            throw new InvalidOperationException($"{GetType().Name} is merged into {Base.GetType().Name} already.");
        if (_sites.Find(static site => site.Weight.ElementType == ElementType.Nf4) is { } quantized)
            throw new NotSupportedException($"{GetType().Name} cannot be merged: {quantized.Weight.Path} is stored in 4 bits, which the sum would be rounded to.");
        List<RowChange> rows = [.. Sites.Select(static site => site.Change())];
        MergedChange change = new(GetType().Name, Fingerprint, rows.TrueForAll(static r => r.IsSum), rows);
        foreach ((AdaptedWeight site, RowChange made) in Sites.Zip(change.Rows))
            Apply(site, made.PutIn);
        Base.MergedAdapters.Add(change);
        _merged = change;
    }

    /// <summary>Takes what was merged out of the model's weights again, but for the rounding of each step: of 16-bit weights in 16 bits.</summary>
    /// <exception cref="InvalidOperationException">It is not merged, or what was merged after it has to be taken out first.</exception>
    public void Unmerge()
    {
        using Lock.Scope inside = Gate.Enter();
        if (_merged is not { } change)
            throw new InvalidOperationException($"{GetType().Name} is not merged into {Base.GetType().Name}.");
        Base.MergedAdapters.CheckIsNext(change);
        foreach ((AdaptedWeight site, RowChange made) in Sites.Zip(change.Rows))
            Apply(site, made.TakeOut);
        Base.MergedAdapters.Remove(change, Base);
        _merged = null;
    }

    private delegate void OfRow(long row, Span<float> elements);

    /// <summary>Changes all rows of a weight, some at a time, so that a large one is never twice in memory.</summary>
    private static void Apply(AdaptedWeight site, OfRow change)
    {
        int width = site.In;
        long rows = site.Weight.Count / width;
        int atOnce = (int)Math.Clamp(MergedAtOnce / width, 1, rows);
        float[] block = new float[atOnce * width];
        for (long first = 0; first < rows; first += atOnce)
        {
            int count = (int)Math.Min(atOnce, rows - first);
            FloatView part = site.Weight.Stored.Part(first * width, count * width);
            part.Read((read, at) => read.CopyTo(block.AsSpan((int)at)));
            for (int row = 0; row < count; row++)
                change(first + row, block.AsSpan(row * width, width));
            part.CopyFrom(block.AsMemory(0, count * width));
        }
    }
}
