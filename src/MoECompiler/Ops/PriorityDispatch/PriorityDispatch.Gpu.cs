namespace MoECompiler.Ops;

public static partial class GpuKernels
{
    /// <summary>
    /// Puts pairs in order of expert, tokens of greater priority first; see <see cref="Ops.PriorityDispatch"/>. A pair whose expert is -1, or
    /// there is not, gets no row.
    /// </summary>
    public static void PriorityDispatch(
        GpuDevice gpu, View<int> experts, View<float> priority, View<int> order, View<int> offsets, View<int> position, int Capacity)
    {
        int count = offsets.Extents[0] - 1;
        long tokens = experts.Rows;
        ScratchParts scratch = gpu.Scratch(tokens + count, parts: 2);
        ArrayView<int> first = scratch.Take<int>(tokens), rows = scratch.Take<int>(count);
        gpu.Launch(TokenOfPriority, gpu.PerRow(tokens, tokens, flops: tokens * tokens, bytes: 8 * tokens), gpu.Array(priority), first);
        gpu.Launch(
            RowsOfExpert, gpu.PerRow(count, experts.Count, bytes: 4 * (experts.Count + count)), gpu.Array(experts), rows, Capacity);
        gpu.Launch(
            PlaceByPriority, gpu.PerRow(count + 1, experts.Count, bytes: 4 * (3 * experts.Count + offsets.Count)),
            gpu.Array(experts), first, rows, gpu.Array(order), gpu.Array(offsets), gpu.Array(position), count, experts.Columns);
    }

    /// <summary>A group counts the tokens that go before its own: that is where its own goes.</summary>
    private static void TokenOfPriority(ArrayView<float> priority, ArrayView<int> first)
    {
        long own = PlaceOf(priority[Grid.IdxX], Grid.IdxX);
        int before = 0;
        for (int token = Group.IdxX; token < priority.IntLength; token += Group.DimX)
            before += PlaceOf(priority[token], token) > own ? 1 : 0;
        before = RowGroup.Sum(before);
        if (Group.IdxX == 0)
            first[before] = Grid.IdxX;
    }

    private static void RowsOfExpert(ArrayView<int> experts, ArrayView<int> rows, int capacity)
    {
        int count = 0;
        for (int pair = Group.IdxX; pair < experts.IntLength; pair += Group.DimX)
            count += experts[pair] == Grid.IdxX ? 1 : 0;
        count = RowGroup.Sum(count);
        if (Group.IdxX == 0)
            rows[Grid.IdxX] = IntrinsicMath.Min(count, capacity);
    }

    /// <summary>A group an expert goes through the pairs slot by slot in order of priority; one more for what belongs to none.</summary>
    private static void PlaceByPriority(
        ArrayView<int> experts, ArrayView<int> first, ArrayView<int> rows, ArrayView<int> order, ArrayView<int> offsets, ArrayView<int> position, int count, int slots)
    {
        int below = 0;
        for (int expert = Group.IdxX; expert < Grid.IdxX; expert += Group.DimX)
            below += rows[expert];
        int row = RowGroup.Sum(below);
        if (Group.IdxX == 0)
            offsets[Grid.IdxX] = row;
        if (Grid.IdxX == count)
        {
            LeaveOutTheRest(experts, order, position, row, count);
            return;
        }
        int end = row + rows[Grid.IdxX];
        int tokens = first.IntLength;
        for (int start = 0; start < experts.IntLength; start += Group.DimX)
        {
            int turn = start + Group.IdxX;
            int pair = turn < experts.IntLength ? first[turn % tokens] * slots + turn / tokens : -1;
            int isOwn = pair >= 0 && experts[pair] == Grid.IdxX ? 1 : 0;
            int at = row + RowGroup.SumBefore(isOwn, out int all);
            if (isOwn != 0)
            {
                position[pair] = at < end ? at : -1;
                if (at < end)
                    order[at] = pair;
            }
            row += all;
        }
    }
}
