namespace MoECompiler.Ops;

public static partial class GpuKernels
{
    /// <inheritdoc cref="Kernels.TopK"/>
    public static void TopK(GpuDevice gpu, View<float> x, View<int> y)
    {
        if (y.Columns > x.Columns)
            throw new ArgumentException($"TopK of {y.Columns} from rows of {x.Columns}.");
        FindGreatest(gpu, x, y, y.Rows, y.Columns);
    }

    /// <inheritdoc cref="Kernels.ArgMax"/>
    public static void ArgMax(GpuDevice gpu, View<float> x, View<int> y)
    {
        if (x.Columns == 0 && y.Count > 0)
            throw new ArgumentException("ArgMax of rows without elements.");
        FindGreatest(gpu, x, y, x.Rows, 1);
    }

    private static void FindGreatest(GpuDevice gpu, View<float> x, View<int> y, int rows, int count) => gpu.Launch(
        GreatestOfRow, gpu.PerRow(rows, x.Columns, flops: count * x.Count, bytes: 4 * (x.Count + y.Count)), gpu.Array(x), gpu.Array(y), x.Columns, count);

    /// <summary>Round by round the greatest of those below the last.</summary>
    private static void GreatestOfRow(ArrayView<float> x, ArrayView<int> y, int columns, int count)
    {
        long row = (long)Grid.IdxX * columns;
        long last = long.MaxValue;
        for (int k = 0; k < count; k++)
        {
            long greatest = long.MinValue;
            for (int i = Group.IdxX; i < columns; i += Group.DimX)
            {
                long place = PlaceOf(x[row + i], i);
                if (place < last && place > greatest)
                    greatest = place;
            }
            last = RowGroup.Max(greatest);
            if (Group.IdxX == 0)
                y[(long)Grid.IdxX * count + k] = (int)~(uint)last;
        }
    }

    /// <summary>
    /// An integer that is the greater the earlier the element comes in descending order, different for each index: the number's order, then
    /// the index from above.
    /// </summary>
    private static long PlaceOf(float x, int index) => ((long)OrderOf(x) << 32) | ~(uint)index;

    /// <summary>An integer that is the greater the earlier a float comes in descending order: NaN the least, both zeroes the same.</summary>
    private static int OrderOf(float x)
    {
        uint magnitude = Interop.FloatAsInt(x) & 0x7FFF_FFFFu;
        int order = Interop.FloatAsInt(x) == magnitude ? (int)magnitude : -(int)magnitude;
        return magnitude > 0x7F80_0000u ? int.MinValue : order;
    }
}
