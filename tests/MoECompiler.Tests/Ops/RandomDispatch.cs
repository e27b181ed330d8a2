namespace MoECompiler.Tests;

/// <summary>A dispatch as it could come from a router: some experts may get nothing, some pairs may be dropped.</summary>
internal sealed class RandomDispatch
{
    public RandomDispatch(CpuDevice device, int seed, int tokens, int slots, int experts, double dropped)
    {
        Random random = new(seed);
        (Tokens, Slots, Experts) = (tokens, slots, experts);
        // A few favourites, so that loads are unequal and often 0.
        int favourites = random.Next(1, experts + 1);
        List<(int Expert, int Pair)> pairs = [];
        for (int pair = 0; pair < tokens * slots; pair++)
        {
            if (random.NextDouble() >= dropped)
                pairs.Add((random.Next(favourites), pair));
        }
        Order = device.New<int>(tokens * slots);
        Offsets = device.New<int>(experts + 1);
        Order.Span.Fill(-1);
        int row = 0;
        foreach ((_, int pair) in pairs.OrderBy(static p => p.Expert))
            Order.Span[row++] = pair;
        for (int expert = 0; expert < experts; expert++)
            Offsets.Span[expert + 1] = Offsets.Span[expert] + pairs.Count(p => p.Expert == expert);
    }

    public int Tokens { get; }

    public int Slots { get; }

    public int Experts { get; }

    public int Rows => Tokens * Slots;

    public int Used => Offsets.Span[Experts];

    public View<int> Order { get; }

    public View<int> Offsets { get; }

    /// <summary>Expert e's rows of x, copied together.</summary>
    public View<float> RowsOf(CpuDevice device, View<float> x, int expert, bool gather)
    {
        (int from, int to) = (Offsets.Span[expert], Offsets.Span[expert + 1]);
        View<float> rows = device.New<float>(to - from, x.Columns);
        for (int r = from; r < to; r++)
            x.Span.Slice((gather ? Order.Span[r] / Slots : r) * x.Columns, x.Columns).CopyTo(rows.Span[((r - from) * x.Columns)..]);
        return rows;
    }
}
