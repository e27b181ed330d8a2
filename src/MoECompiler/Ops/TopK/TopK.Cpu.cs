namespace MoECompiler.Ops;

public static unsafe partial class Kernels
{
    /// <summary>The indices of the greatest of each row, greatest first; ties go to the lower index, NaN counts as the least.</summary>
    /// <exception cref="ArgumentException">More are asked for than a row has.</exception>
    public static void TopK(CpuDevice cpu, View<float> x, View<int> y)
    {
        if (y.Columns > x.Columns)
            throw new ArgumentException($"TopK of {y.Columns} from rows of {x.Columns}.");
        cpu.RunRows(new TopKRows(x.Pointer, y.Pointer, x.Columns, y.Columns), y.Rows, 4L * x.Columns);
    }

    /// <summary>Whether a number goes before another in descending order: what <c>double.CompareTo</c> says, in one or two comparisons.</summary>
    private static bool IsGreater(float left, float right) => left > right || (float.IsNaN(right) && !float.IsNaN(left));

    private readonly struct TopKRows(float* x, int* y, int columns, int count) : IRowKernel
    {
        public void Run<V>(int first, int end) where V : unmanaged, ILanes<V>
        {
            for (int row = first; row < end; row++)
                TopKRow(x + (long)row * columns, y + (long)row * count, columns, count);
        }
    }

    /// <summary>Insertion into the sorted best: only a strictly greater element goes before another, so ties stay in order.</summary>
    private static void TopKRow(float* x, int* best, int columns, int count)
    {
        int held = 0;
        for (int i = 0; i < columns; i++)
        {
            if (held == count && (count == 0 || !IsGreater(x[i], x[best[count - 1]])))
                continue;
            int place = held < count ? held++ : count - 1;
            for (; place > 0 && IsGreater(x[i], x[best[place - 1]]); place--)
                best[place] = best[place - 1];
            best[place] = i;
        }
    }
}
