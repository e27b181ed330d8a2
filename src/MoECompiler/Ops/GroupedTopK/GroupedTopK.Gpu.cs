namespace MoECompiler.Ops;

public static partial class GpuKernels
{
    /// <inheritdoc cref="Kernels.GroupedTopK"/>
    public static void GroupedTopK(GpuDevice gpu, View<float> x, View<int> y, int Groups, int TopGroups, GroupScore Score)
    {
        int size = RowParts.Columns(x.Columns, Groups);
        if (y.Columns > x.Columns)
            throw new ArgumentException($"TopK of {y.Columns} from rows of {x.Columns}.");
        gpu.Launch(
            GreatestOfBestGroups, gpu.PerRow(y.Rows, x.Columns, flops: y.Columns * x.Count, bytes: 4 * (x.Count + y.Count)),
            gpu.Array(x), gpu.Array(y), x.Columns, y.Columns, size, Groups, TopGroups, (int)(size > 1 ? Score : GroupScore.Best));
    }

    /// <inheritdoc cref="Kernels.TopOfEachGroup"/>
    public static void TopOfEachGroup(GpuDevice gpu, View<float> x, View<int> y) => gpu.Launch(
        GreatestOfPart, gpu.PerElement(y.Count, flops: x.Count, bytes: 4 * (x.Count + y.Count)),
        gpu.Array(x), gpu.Array(y), RowParts.Columns(x.Columns, y.Columns), (uint)y.Columns);

    /// <summary>
    /// Each thread scores parts; a part is chosen if fewer than so many are before it. Then round by round the greatest of those below the
    /// last, as <see cref="GreatestOfRow"/>.
    /// </summary>
    private static void GreatestOfBestGroups(
        ArrayView<float> x, ArrayView<int> y, int columns, int count, int size, int groups, int topGroups, int score)
    {
        ArrayView<long> places = SharedMemory.Allocate<long>(Ops.GroupedTopK.MaximumGroups);
        ArrayView<int> isChosen = SharedMemory.Allocate<int>(Ops.GroupedTopK.MaximumGroups);
        long row = (long)Grid.IdxX * columns;
        for (int group = Group.IdxX; group < groups; group += Group.DimX)
            places[group] = PlaceOf(ScoreOfPart(x, row + group * size, size, score), group);
        Intrinsics.Barrier();
        for (int group = Group.IdxX; group < groups; group += Group.DimX)
        {
            int before = 0;
            for (int other = 0; other < groups; other++)
                before += places[other] > places[group] ? 1 : 0;
            isChosen[group] = before < topGroups ? 1 : 0;
        }
        Intrinsics.Barrier();
        long last = long.MaxValue;
        for (int k = 0; k < count; k++)
        {
            long greatest = long.MinValue;
            for (int i = Group.IdxX; i < columns; i += Group.DimX)
            {
                long place = PlaceOf(isChosen[i / size] != 0 ? x[row + i] : float.NegativeInfinity, i);
                if (place < last && place > greatest)
                    greatest = place;
            }
            last = RowGroup.Max(greatest);
            if (Group.IdxX == 0)
                y[(long)Grid.IdxX * count + k] = (int)~(uint)last;
        }
    }

    /// <summary>The best score of a part, the sum of the two best, or of all in their order.</summary>
    private static float ScoreOfPart(ArrayView<float> x, long first, int size, int score)
    {
        float best = x[first], second = float.NaN, sum = best;
        int bestOrder = OrderOf(best), secondOrder = int.MinValue;
        for (int i = 1; i < size; i++)
        {
            float element = x[first + i];
            sum += element;
            int order = OrderOf(element);
            if (order > bestOrder)
            {
                second = best;
                secondOrder = bestOrder;
                best = element;
                bestOrder = order;
            }
            else if (order > secondOrder)
            {
                second = element;
                secondOrder = order;
            }
        }
        return score == (int)GroupScore.Best ? best : score == (int)GroupScore.Sum ? sum : best + second;
    }

    private static void GreatestOfPart(ArrayView<float> x, ArrayView<int> y, int size, uint groups)
    {
        uint part = GpuIndex.ShortElement;
        if (part >= y.Length)
            return;
        int best = 0, bestOrder = int.MinValue;
        for (int i = 0; i < size; i++)
        {
            int order = OrderOf(x[(long)part * size + i]);
            if (order > bestOrder)
            {
                best = i;
                bestOrder = order;
            }
        }
        y[(long)part] = (int)(part % groups) * size + best;
    }
}
