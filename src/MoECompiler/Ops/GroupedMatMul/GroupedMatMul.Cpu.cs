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
        Operand<T> rows = groups.Lines(x, order, GatherRows, linesAreDepth: false, Slots);
        if (NarrowProduct.Is(transposeA: false, TransposeB, y.Columns))
        {
            y.Part((long)groups.Used * y.Columns, new Extents(y.Rows - groups.Used, y.Columns)).Span.Clear();
            cpu.RunRows(
                new NarrowRows<T, TResult, TEpilogue, Groups>(groups, rows, weights.Pointer, y.Pointer, y.Columns, x.Columns, epilogue),
                groups.Used, (long)y.Columns * x.Columns);
            return;
        }
        RunGroups(cpu, groups, rows, new ExpertMatrices<T>(weights.Pointer, y.Columns, x.Columns, TransposeB), y, x.Columns, epilogue);
    }

    private static void RunGroups<T, TResult, TEpilogue>(
        CpuDevice cpu, Groups groups, Operand<T> rows, ExpertMatrices<T> weights, View<TResult> y, int depth, TEpilogue epilogue)
        where T : unmanaged
        where TResult : unmanaged
        where TEpilogue : unmanaged, IEpilogue
    {
        int blocks = 0;
        for (int expert = 0; expert < groups.Experts; expert++)
            blocks += Blocks.RowBlocksOf(groups.Count(expert));
        int columnsEach = Blocks.ColumnsOf(y.Columns, depth, groups.Used / Math.Max(1, blocks), blocks, cpu.Team.Threads);
        int chunks = (y.Columns + columnsEach - 1) / columnsEach;
        int unused = y.Rows - groups.Used;
        GroupedMatMulJob<T, TResult, TEpilogue> job = new(groups, rows, weights, y.Pointer, y.Columns, depth, columnsEach, unused, epilogue);
        cpu.Team.RunWidest(job, blocks * chunks + Blocks.RowBlocksOf(unused));
    }

    /// <summary>The blocks of each expert's rows, by chunks of columns; then blocks of the rows that nobody owns, to be cleared.</summary>
    private readonly struct GroupedMatMulJob<T, TResult, TEpilogue>(
        Groups groups, Operand<T> x, ExpertMatrices<T> weights, TResult* y, int columns, int depth, int columnsEach, int unused, TEpilogue epilogue) : ILaneJob
        where T : unmanaged
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
                    new Product<T, TResult>(x, weights.Of(expert), y, columns, depth).Run<V, TEpilogue>(blocks, task, groups.Start(expert), epilogue);
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
