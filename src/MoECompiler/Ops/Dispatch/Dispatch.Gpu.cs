namespace MoECompiler.Ops;

public static partial class GpuKernels
{
    /// <summary>
    /// Puts the pairs of token and slot in order of expert, without a look at them on the host: a group an expert finds its pairs by itself.
    /// A pair whose expert is -1, or there is not, gets no row.
    /// </summary>
    public static void Dispatch(GpuDevice gpu, View<int> experts, View<int> order, View<int> offsets, View<int> position)
    {
        int count = offsets.Extents[0] - 1;
        gpu.Launch(
            PlacePairsOfExpert, gpu.PerRow(count + 1, experts.Count, bytes: 4 * (3 * experts.Count + offsets.Count)),
            gpu.Array(experts), gpu.Array(order), gpu.Array(offsets), gpu.Array(position), count);
    }

    /// <summary>The same with at most <paramref name="Capacity"/> rows an expert; first slots go before second slots.</summary>
    public static void Dispatch(GpuDevice gpu, View<int> experts, View<int> order, View<int> offsets, View<int> position, int Capacity)
    {
        int count = offsets.Extents[0] - 1;
        ArrayView<int> quotas = gpu.Scratch(Quota * (long)count).Take<int>(Quota * (long)count);
        gpu.Launch(
            QuotaOfExpert, gpu.PerRow(count, experts.Count, bytes: 4 * experts.Count),
            gpu.Array(experts), quotas, experts.Rows, experts.Columns, Capacity);
        gpu.Launch(
            PlaceQuotaOfExpert, gpu.PerRow(count + 1, experts.Count, bytes: 4 * (3 * experts.Count + offsets.Count)),
            gpu.Array(experts), quotas, gpu.Array(order), gpu.Array(offsets), gpu.Array(position), count, experts.Columns);
    }

    /// <summary>The dispatch that gives every token to every expert; x only tells how many tokens there are.</summary>
    public static void DispatchAll(GpuDevice gpu, View<float> x, View<int> order, View<int> offsets, View<int> position) => gpu.Launch(
        PairOfAll, gpu.PerElement(Math.Max(position.Count, offsets.Count), bytes: 4 * (2 * position.Count + offsets.Count)),
        gpu.Array(order), gpu.Array(offsets), gpu.Array(position), (uint)position.Rows, (uint)position.Columns);

    /// <summary>
    /// What is known of an expert before its pairs are placed: how many find room, in how many slots all do, and below which token they do
    /// in the next slot.
    /// </summary>
    private const int Quota = 3;

    /// <summary>A group an expert, and one for what belongs to none.</summary>
    private static void PlacePairsOfExpert(ArrayView<int> experts, ArrayView<int> order, ArrayView<int> offsets, ArrayView<int> position, int count)
    {
        int below = 0;
        for (int pair = Group.IdxX; pair < experts.IntLength; pair += Group.DimX)
            below += (uint)experts[pair] < (uint)Grid.IdxX ? 1 : 0;
        int row = RowGroup.Sum(below);
        if (Group.IdxX == 0)
            offsets[Grid.IdxX] = row;
        if (Grid.IdxX < count)
            PlacePairs(experts, order, position, Grid.IdxX, row, 1, 1, 0);
        else
            LeaveOutTheRest(experts, order, position, row, count);
    }

    private static void PlaceQuotaOfExpert(
        ArrayView<int> experts, ArrayView<int> quotas, ArrayView<int> order, ArrayView<int> offsets, ArrayView<int> position, int count, int slots)
    {
        int below = 0;
        for (int expert = Group.IdxX; expert < Grid.IdxX; expert += Group.DimX)
            below += quotas[Quota * expert];
        int row = RowGroup.Sum(below);
        if (Group.IdxX == 0)
            offsets[Grid.IdxX] = row;
        if (Grid.IdxX < count)
            PlacePairs(experts, order, position, Grid.IdxX, row, slots, quotas[Quota * Grid.IdxX + 1], quotas[Quota * Grid.IdxX + 2]);
        else
            LeaveOutTheRest(experts, order, position, row, count);
    }

    /// <summary>Slot by slot until one has more pairs than there is room for; then which token is the first to find none.</summary>
    private static void QuotaOfExpert(ArrayView<int> experts, ArrayView<int> quotas, int tokens, int slots, int capacity)
    {
        int rows = 0, slot = 0, own = 0, before = 0;
        int each = (tokens + Group.DimX - 1) / Group.DimX;
        int first = Math.Min(tokens, Group.IdxX * each), end = Math.Min(tokens, first + each);
        for (; slot < slots; slot++)
        {
            own = 0;
            for (int token = first; token < end; token++)
                own += experts[token * slots + slot] == Grid.IdxX ? 1 : 0;
            before = RowGroup.SumBefore(own, out int all);
            if (rows + all > capacity)
                break;
            rows += all;
        }
        if (Group.IdxX == 0)
        {
            quotas[Quota * Grid.IdxX] = slot < slots ? capacity : rows;
            quotas[Quota * Grid.IdxX + 1] = slot;
        }

        // How many of this thread's tokens find room; the one with the first that does not says so.
        int room = capacity - rows - before;
        if (slot == slots || room < 0 || room >= own)
            return;
        int limit = first;
        for (; ; limit++)
        {
            if (experts[limit * slots + slot] == Grid.IdxX && room-- == 0)
                break;
        }
        quotas[Quota * Grid.IdxX + 2] = limit;
    }

    private static void PairOfAll(ArrayView<int> order, ArrayView<int> offsets, ArrayView<int> position, uint tokens, uint experts)
    {
        uint i = GpuIndex.ShortElement;
        if (i <= experts)
            offsets[(long)i] = (int)(i * tokens);
        if (i >= order.Length)
            return;
        order[(long)i] = (int)(i % tokens * experts + i / tokens);
        position[(long)i] = (int)(i % experts * tokens + i / experts);
    }
}
