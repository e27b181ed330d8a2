namespace MoECompiler.Ops;

public static unsafe partial class Kernels
{
    /// <inheritdoc cref="GroupedMatMul{TEpilogue}"/>
    public static void GroupedMatMul(
        CpuDevice cpu, View<float> x, View<float> weights, View<int> order, View<int> offsets, View<float> y, bool GatherRows, bool TransposeB) =>
        GroupedMatMul(cpu, x, weights, order, offsets, y, GatherRows, TransposeB, default(NoEpilogue));

    /// <summary>Multiplies each row by the matrix of its expert; see <see cref="Ops.GroupedMatMul"/>.</summary>
    /// <param name="cpu">Where it runs.</param>
    /// <param name="x">f32[R, K], or f32[T, K] where <paramref name="GatherRows"/>.</param>
    /// <param name="weights">f32[E, K, N], or f32[E, N, K] where <paramref name="TransposeB"/>.</param>
    /// <param name="order">i32[R].</param>
    /// <param name="offsets">i32[E + 1].</param>
    /// <param name="y">f32[R, N]; rows past offsets[E] are 0, whatever the epilogue.</param>
    /// <param name="GatherRows">Row r is x[order[r] / (R / T)].</param>
    /// <param name="TransposeB">The columns of y are rows of each expert's matrix.</param>
    /// <param name="epilogue">What is done with each sum.</param>
    /// <exception cref="ArgumentException">The order or the offsets are not those of a dispatch.</exception>
    public static void GroupedMatMul<TEpilogue>(
        CpuDevice cpu,
        View<float> x,
        View<float> weights,
        View<int> order,
        View<int> offsets,
        View<float> y,
        bool GatherRows,
        bool TransposeB,
        TEpilogue epilogue)
        where TEpilogue : unmanaged, IEpilogue
    {
        if (y.Count == 0)
            return;
        Groups groups = new(offsets, y.Rows);
        Operand rows = groups.Lines(x, order, GatherRows, linesAreDepth: false);
        int blocks = 0;
        for (int expert = 0; expert < groups.Experts; expert++)
            blocks += Blocks.RowBlocksOf(groups.Count(expert));
        int columnsEach = Blocks.ColumnsOf(y.Columns, x.Columns, groups.Used / Math.Max(1, blocks), blocks, cpu.Team.Threads);
        int chunks = (y.Columns + columnsEach - 1) / columnsEach;
        int unused = y.Rows - groups.Used;
        GroupedMatMulJob<TEpilogue> job = new(groups, rows, weights.Pointer, y.Pointer, y.Columns, x.Columns, columnsEach, TransposeB, unused, epilogue);
        cpu.Team.RunWidest(job, blocks * chunks + Blocks.RowBlocksOf(unused));
    }

    /// <summary>The blocks of each expert's rows, by chunks of columns; then blocks of the rows that nobody owns, to be cleared.</summary>
    private readonly struct GroupedMatMulJob<TEpilogue>(
        Groups groups, Operand x, float* weights, float* y, int columns, int depth, int columnsEach, bool transposeB, int unused, TEpilogue epilogue) : ILaneJob
        where TEpilogue : unmanaged, IEpilogue
    {
        public void Run<V>(int task, int thread) where V : unmanaged, ILanes<V>
        {
            for (int expert = 0; expert < groups.Experts; expert++)
            {
                int rows = groups.Count(expert);
                Blocks blocks = Blocks.Of(rows, columns, columnsEach);
                if (task < blocks.Count)
                {
                    long matrix = (long)expert * depth * columns;
                    Operand right = new(weights + matrix, transposeB ? depth : columns, !transposeB);
                    new Product(x, right, y, columns, depth).Run<V, TEpilogue>(blocks, task, groups.Start(expert), epilogue);
                    return;
                }
                task -= blocks.Count;
            }
            int from = task * Product.BlockRows;
            int count = Math.Min(Product.BlockRows, unused - from);
            new Span<float>(y + (long)(groups.Used + from) * columns, checked(count * columns)).Clear();
        }
    }
}
