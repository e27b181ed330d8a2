namespace MoECompiler.Ops;

/// <summary>Rows in order of expert, as a dispatch leaves them.</summary>
internal readonly unsafe struct Groups : IRowGroups
{
    private readonly int* _offsets;

    /// <exception cref="ArgumentException">The offsets do not ascend from 0 to at most the number of rows.</exception>
    public Groups(View<int> offsets, int rows)
    {
        _offsets = offsets.Pointer;
        Experts = (int)offsets.Count - 1;
        int before = 0;
        for (int i = 0; i <= Experts; i++)
        {
            if (_offsets[i] < before || _offsets[i] > (i == 0 ? 0 : rows))
                throw new ArgumentException($"offsets[{i}] is {_offsets[i]:N0}; it must be from {before:N0} to {(i == 0 ? 0 : rows):N0}.", nameof(offsets));
            before = _offsets[i];
        }
    }

    public int Experts { get; }

    /// <summary>How many rows belong to an expert.</summary>
    public int Used => _offsets[Experts];

    public int Start(int expert) => _offsets[expert];

    public int Count(int expert) => _offsets[expert + 1] - _offsets[expert];

    /// <inheritdoc/>
    public (int Matrix, int End) Of(int row)
    {
        int expert = ExpertOf(row);
        return (expert, _offsets[expert + 1]);
    }

    /// <summary>The expert of a used row, found by halving: of a thousand experts few may have rows.</summary>
    public int ExpertOf(int row)
    {
        (int expert, int end) = (0, Experts - 1);
        while (expert < end)
        {
            int middle = (expert + end) >>> 1;
            if (_offsets[middle + 1] <= row)
                expert = middle + 1;
            else
                end = middle;
        }
        return expert;
    }

    /// <summary>The rows of x in that order, and the experts' matrices, of so many columns of the result.</summary>
    /// <inheritdoc cref="Lines"/>
    public ExpertPair<T> Pair<T>(View<T> x, View<T> weights, View<int> order, bool gather, bool transpose, int slots, int columns) where T : unmanaged =>
        new(Lines(x, order, gather, linesAreDepth: false, slots), new ExpertMatrices<T>(weights.Pointer, columns, x.Columns, transpose), x.Columns);

    /// <inheritdoc cref="Pair{T}(View{T}, View{T}, View{int}, bool, bool, int, int)"/>
    public ExpertPair<float> Pair(View<float> x, Nf4View weights, View<int> order, bool gather, bool transpose, int slots) =>
        new(Lines(x, order, gather, linesAreDepth: false, slots), new ExpertMatrices<float>(weights, transpose), x.Columns);

    /// <summary>The lines of x in the order of rows: line r is x[order[r] / slots] where rows are gathered; 0 slots are rows / tokens.</summary>
    /// <exception cref="ArgumentException">An element of the order is not the number of a pair of token and slot.</exception>
    public Operand<T> Lines<T>(View<T> x, View<int> order, bool gather, bool linesAreDepth, int slots) where T : unmanaged
    {
        if (!gather || Used == 0)
            return new Operand<T>(x.Pointer, x.Columns, linesAreDepth);
        int* pairs = order.Pointer;
        slots = slots > 0 ? slots : (int)order.Count / Math.Max(1, x.Rows);
        long count = (long)slots * x.Rows;
        for (int row = 0; row < Used; row++)
        {
            if (pairs[row] < 0 || pairs[row] >= count)
                throw new ArgumentException($"order[{row}] is {pairs[row]:N0}; it must be from 0 to {count - 1:N0}.", nameof(order));
        }
        return new Operand<T>(x.Pointer, x.Columns, linesAreDepth, pairs, slots);
    }
}
