namespace MoECompiler.Ops;

public static unsafe partial class Kernels
{
    /// <summary>Each expert's weight gradient, of floats of 32 or of 16 bits; see <see cref="Ops.GroupedWeightGradient"/>.</summary>
    /// <param name="cpu">Where it runs.</param>
    /// <param name="x">[R, K], or [T, K] where <paramref name="GatherRows"/>.</param>
    /// <param name="dy">[R, N].</param>
    /// <param name="order">i32[R].</param>
    /// <param name="offsets">i32[E + 1].</param>
    /// <param name="dw">f32[E, K, N], or f32[E, N, K] where <paramref name="TransposeB"/>; 0 for an expert without rows.</param>
    /// <param name="GatherRows">Row r is x[order[r] / Slots].</param>
    /// <param name="TransposeB">As of the product.</param>
    /// <param name="Slots">How many slots a token has in the order; 0 for R / T.</param>
    /// <exception cref="ArgumentException">The order or the offsets are not those of a dispatch.</exception>
    public static void GroupedWeightGradient<T>(
        CpuDevice cpu, View<T> x, View<T> dy, View<int> order, View<int> offsets, View<float> dw, bool GatherRows, bool TransposeB, int Slots = 0)
        where T : unmanaged
    {
        if (dw.Count == 0)
            return;
        Groups groups = new(offsets, dy.Rows);
        Operand<T> rows = groups.Lines(x, order, GatherRows, linesAreDepth: true, Slots);
        Operand<T> slopes = new(dy.Pointer, dy.Columns, linesAreDepth: true);
        Blocks blocks = Blocks.Of(dw.Extents[1], dw.Columns, groups.Used / groups.Experts, groups.Experts, cpu.Team.Threads);
        WeightGradientJob<T> job = TransposeB ? new(groups, slopes, rows, dw.Pointer, blocks) : new(groups, rows, slopes, dw.Pointer, blocks);
        cpu.Team.RunWidest(job, groups.Experts * blocks.Count);
    }

    private readonly struct WeightGradientJob<T>(Groups groups, Operand<T> left, Operand<T> right, float* dw, Blocks blocks) : ILaneJob
        where T : unmanaged
    {
        public void Run<V>(int task, int thread) where V : unmanaged, ILanes<V>
        {
            int expert = task / blocks.Count;
            int start = groups.Start(expert);
            float* matrix = dw + (long)expert * blocks.Rows * blocks.Columns;
            Product<T, T, float> product = new(new(left.From(start), right.From(start), groups.Count(expert)), default, matrix, blocks.Columns);
            product.Run<V, NoEpilogue>(blocks, task % blocks.Count, first: 0, default);
        }
    }
}
