namespace MoECompiler.Ops;

/// <summary>The axes of an operand, those that stay and those that are reduced, as few of each as there can be.</summary>
internal unsafe struct ReductionAxes
{
    private const int MaximumRank = Extents.MaximumRank;

    private int _rank;
    private fixed int _extents[MaximumRank];
    private fixed bool _reduced[MaximumRank];

    public ReductionAxes(Extents extents, ReadOnlySpan<int> axes)
    {
        for (int axis = 0; axis < extents.Rank; axis++)
            Add(extents[axis], axes.Contains(axis));
    }

    /// <summary>The axes that undo a broadcast from <paramref name="small"/> to <paramref name="extents"/>.</summary>
    public ReductionAxes(Extents extents, Extents small)
    {
        int missing = extents.Rank - small.Rank;
        for (int axis = 0; axis < extents.Rank; axis++)
            Add(extents[axis], axis < missing || small[axis - missing] == 1);
    }

    /// <summary>Whether the innermost axis is reduced: a result is then a sum over runs, else each run holds many results.</summary>
    public readonly bool IsInnermostReduced => _rank == 0 || _reduced[_rank - 1];

    /// <summary>The innermost extent: elements that are contiguous.</summary>
    public readonly int Run => _rank == 0 ? 1 : _extents[_rank - 1];

    /// <summary>How many indices the axes of one kind have, the innermost axis left out.</summary>
    public readonly int OuterCount(bool reduced)
    {
        int count = 1;
        for (int axis = 0; axis + 1 < _rank; axis++)
        {
            if (_reduced[axis] == reduced)
                count = checked(count * _extents[axis]);
        }
        return count;
    }

    /// <summary>Where index <paramref name="index"/> of the outer axes of one kind begins.</summary>
    public readonly long OffsetOf(int index, bool reduced)
    {
        long stride = Run;
        long offset = 0;
        for (int axis = _rank - 2; axis >= 0; axis--)
        {
            if (_reduced[axis] == reduced)
            {
                (int outer, int inner) = Math.DivRem(index, _extents[axis]);
                offset += inner * stride;
                index = outer;
            }
            stride *= _extents[axis];
        }
        return offset;
    }

    private void Add(int extent, bool reduced)
    {
        if (extent == 1)
            return;
        if (_rank > 0 && _reduced[_rank - 1] == reduced)
        {
            _extents[_rank - 1] = checked(_extents[_rank - 1] * extent);
            return;
        }
        _extents[_rank] = extent;
        _reduced[_rank] = reduced;
        _rank++;
    }
}
