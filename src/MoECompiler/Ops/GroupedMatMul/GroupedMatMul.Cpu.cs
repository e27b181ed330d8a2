namespace MoECompiler.Ops;

public static unsafe partial class Kernels
{
    /// <inheritdoc cref="GroupedMatMul{T, TResult, TEpilogue}(CpuDevice, View{T}, View{T}, View{int}, View{int}, View{TResult}, bool, bool, int, TEpilogue)"/>
    public static void GroupedMatMul<T, TResult>(
        CpuDevice cpu, View<T> x, View<T> weights, View<int> order, View<int> offsets, View<TResult> y, bool GatherRows, bool TransposeB)
        where T : unmanaged
        where TResult : unmanaged =>
        GroupedMatMul(cpu, x, weights, order, offsets, y, GatherRows, TransposeB, Slots: 0, default(NoEpilogue));

    /// <inheritdoc cref="GroupedMatMul{T, TResult, TEpilogue}(CpuDevice, View{T}, View{T}, View{int}, View{int}, View{TResult}, bool, bool, int, TEpilogue)"/>
    public static void GroupedMatMul<T, TResult>(
        CpuDevice cpu, View<T> x, View<T> weights, View<int> order, View<int> offsets, View<TResult> y, bool GatherRows, bool TransposeB, int Slots)
        where T : unmanaged
        where TResult : unmanaged =>
        GroupedMatMul(cpu, x, weights, order, offsets, y, GatherRows, TransposeB, Slots, default(NoEpilogue));

    /// <inheritdoc cref="GroupedMatMul{T, TResult, TEpilogue}(CpuDevice, View{T}, View{T}, View{int}, View{int}, View{TResult}, bool, bool, int, TEpilogue)"/>
    public static void GroupedMatMul<T, TResult, TEpilogue>(
        CpuDevice cpu, View<T> x, View<T> weights, View<int> order, View<int> offsets, View<TResult> y, bool GatherRows, bool TransposeB, TEpilogue epilogue)
        where T : unmanaged
        where TResult : unmanaged
        where TEpilogue : unmanaged, IEpilogue =>
        GroupedMatMul(cpu, x, weights, order, offsets, y, GatherRows, TransposeB, Slots: 0, epilogue);

    /// <summary>Multiplies each row by the matrix of its expert, in floats of 32 or of 16 bits; see <see cref="Ops.GroupedMatMul"/>.</summary>
    /// <param name="cpu">Where it runs.</param>
    /// <param name="x">[R, K], or [T, K] where <paramref name="GatherRows"/>.</param>
    /// <param name="weights">[E, K, N], or [E, N, K] where <paramref name="TransposeB"/>.</param>
    /// <param name="order">i32[R].</param>
    /// <param name="offsets">i32[E + 1].</param>
    /// <param name="y">[R, N]; rows past offsets[E] are 0, whatever the epilogue.</param>
    /// <param name="GatherRows">Row r is x[order[r] / Slots].</param>
    /// <param name="TransposeB">The columns of y are rows of each expert's matrix.</param>
    /// <param name="Slots">How many slots a token has in the order; 0 for R / T.</param>
    /// <param name="epilogue">What is done with each sum.</param>
    /// <exception cref="ArgumentException">The order or the offsets are not those of a dispatch.</exception>
    public static void GroupedMatMul<T, TResult, TEpilogue>(
        CpuDevice cpu,
        View<T> x,
        View<T> weights,
        View<int> order,
        View<int> offsets,
        View<TResult> y,
        bool GatherRows,
        bool TransposeB,
        int Slots,
        TEpilogue epilogue)
        where T : unmanaged
        where TResult : unmanaged
        where TEpilogue : unmanaged, IEpilogue
    {
        if (y.Count == 0)
            return;
        Groups groups = new(offsets, y.Rows);
        ExpertPair<T> pair = groups.Pair(x, weights, order, GatherRows, TransposeB, Slots, y.Columns);
        Multiply(cpu, groups, pair, default(ExpertPair<T>), y, NarrowProduct.Is(transposeA: false, TransposeB, y.Columns), epilogue);
    }

    /// <inheritdoc cref="GroupedMatMul{T, TSecond, TResult, TEpilogue}"/>
    public static void GroupedMatMul<T, TSecond, TResult>(
        CpuDevice cpu, View<T> x, View<T> weights, View<int> order, View<int> offsets, View<TSecond> x2, View<TSecond> weights2, View<TResult> y,
        bool GatherRows, bool TransposeB, int Slots, bool SecondGatherRows, bool SecondTransposeB)
        where T : unmanaged
        where TSecond : unmanaged
        where TResult : unmanaged =>
        GroupedMatMul(
            cpu, x, weights, order, offsets, x2, weights2, y, GatherRows, TransposeB, Slots, SecondGatherRows, SecondTransposeB, default(NoEpilogue));

    /// <summary>The sum of two products of each row by matrices of its expert, each pair of floats of one type; see <see cref="Ops.GroupedMatMul"/>.</summary>
    /// <param name="cpu">Where it runs.</param>
    /// <param name="x">[R, K], or [T, K] where <paramref name="GatherRows"/>.</param>
    /// <param name="weights">[E, K, N], or [E, N, K] where <paramref name="TransposeB"/>.</param>
    /// <param name="order">i32[R].</param>
    /// <param name="offsets">i32[E + 1].</param>
    /// <param name="x2">[R, L], or [T, L] where <paramref name="SecondGatherRows"/>.</param>
    /// <param name="weights2">[E, L, N], or [E, N, L] where <paramref name="SecondTransposeB"/>.</param>
    /// <param name="y">[R, N]; rows past offsets[E] are 0, whatever the epilogue.</param>
    /// <param name="GatherRows">Row r is x[order[r] / Slots].</param>
    /// <param name="TransposeB">The columns of y are rows of each expert's matrix.</param>
    /// <param name="Slots">How many slots a token has in the order; 0 for R / T.</param>
    /// <param name="SecondGatherRows">Row r is x2[order[r] / Slots].</param>
    /// <param name="SecondTransposeB">The columns of y are rows of each expert's second matrix.</param>
    /// <param name="epilogue">What is done with each sum.</param>
    /// <exception cref="ArgumentException">The order or the offsets are not those of a dispatch.</exception>
    public static void GroupedMatMul<T, TSecond, TResult, TEpilogue>(
        CpuDevice cpu, View<T> x, View<T> weights, View<int> order, View<int> offsets, View<TSecond> x2, View<TSecond> weights2, View<TResult> y,
        bool GatherRows, bool TransposeB, int Slots, bool SecondGatherRows, bool SecondTransposeB, TEpilogue epilogue)
        where T : unmanaged
        where TSecond : unmanaged
        where TResult : unmanaged
        where TEpilogue : unmanaged, IEpilogue
    {
        if (y.Count == 0)
            return;
        Groups groups = new(offsets, y.Rows);
        ExpertPair<T> pair = groups.Pair(x, weights, order, GatherRows, TransposeB, Slots, y.Columns);
        ExpertPair<TSecond> second = groups.Pair(x2, weights2, order, SecondGatherRows, SecondTransposeB, Slots, y.Columns);
        Multiply(cpu, groups, pair, second, y, NarrowProduct.Is(transposeA: false, TransposeB && SecondTransposeB, y.Columns), epilogue);
    }

    private static void Multiply<T, TSecond, TResult, TEpilogue>(
        CpuDevice cpu, Groups groups, ExpertPair<T> pair, ExpertPair<TSecond> second, View<TResult> y, bool isNarrow, TEpilogue epilogue)
        where T : unmanaged
        where TSecond : unmanaged
        where TResult : unmanaged
        where TEpilogue : unmanaged, IEpilogue
    {
        int depth = pair.Depth + second.Depth;
        if (isNarrow)
        {
            y.Part((long)groups.Used * y.Columns, new Extents(y.Rows - groups.Used, y.Columns)).Span.Clear();
            cpu.RunRows(
                new NarrowRows<T, TSecond, TResult, TEpilogue, Groups>(groups, pair.Of(0), second.Of(0), y.Pointer, y.Columns, epilogue), groups.Used, (long)y.Columns * depth);
            return;
        }
        int blocks = 0;
        for (int expert = 0; expert < groups.Experts; expert++)
            blocks += Blocks.RowBlocksOf(groups.Count(expert));
        int columnsEach = Blocks.ColumnsOf(y.Columns, depth, groups.Used / Math.Max(1, blocks), blocks, cpu.Team.Threads);
        int chunks = (y.Columns + columnsEach - 1) / columnsEach;
        int unused = y.Rows - groups.Used;
        GroupedMatMulJob<T, TSecond, TResult, TEpilogue> job = new(groups, pair, second, y.Pointer, y.Columns, columnsEach, unused, epilogue);
        cpu.Team.RunWidest(job, blocks * chunks + Blocks.RowBlocksOf(unused));
    }

    /// <summary>The blocks of each expert's rows, by chunks of columns; then blocks of the rows that nobody owns, to be cleared.</summary>
    private readonly struct GroupedMatMulJob<T, TSecond, TResult, TEpilogue>(
        Groups groups, ExpertPair<T> pair, ExpertPair<TSecond> second, TResult* y, int columns, int columnsEach, int unused, TEpilogue epilogue) : ILaneJob
        where T : unmanaged
        where TSecond : unmanaged
        where TResult : unmanaged
        where TEpilogue : unmanaged, IEpilogue
    {
        public void Run<V>(int task, int thread) where V : unmanaged, ILanes<V>
        {
            for (int row = 0; row < groups.Used;)
            {
                int expert = groups.ExpertOf(row);
                int rows = groups.Count(expert);
                Blocks blocks = Blocks.Of(rows, columns, columnsEach);
                if (task < blocks.Count)
                {
                    Product<T, TSecond, TResult> product = new(pair.Of(expert), second.Of(expert), y, columns);
                    product.Run<V, TEpilogue>(blocks, task, groups.Start(expert), epilogue);
                    return;
                }
                task -= blocks.Count;
                row += rows;
            }
            int from = task * Blocks.MaximumRows;
            int count = Math.Min(Blocks.MaximumRows, unused - from);
            new Span<TResult>(y + (long)(groups.Used + from) * columns, checked(count * columns)).Clear();
        }
    }
}
