namespace MoECompiler.Ops;

public static unsafe partial class Kernels
{
    /// <summary>A product of matrices for each index of the outer extents; see <see cref="Ops.BatchMatMul"/>.</summary>
    /// <param name="cpu">Where it runs.</param>
    /// <param name="a">f32[..., M, K], or f32[..., K, M] where <paramref name="TransposeA"/>.</param>
    /// <param name="b">f32[..., K, N], or f32[..., N, K] where <paramref name="TransposeB"/>.</param>
    /// <param name="y">f32[..., M, N].</param>
    /// <param name="TransposeA">Each matrix of a is transposed.</param>
    /// <param name="TransposeB">Each matrix of b is transposed.</param>
    public static void BatchMatMul(CpuDevice cpu, View<float> a, View<float> b, View<float> y, bool TransposeA, bool TransposeB)
    {
        (int rows, int columns, int depth) = (y.Extents[y.Rank - 2], y.Columns, a.Extents[TransposeA ? a.Rank - 2 : a.Rank - 1]);
        if (y.Count == 0)
            return;
        int batches = y.Rows / rows;
        if (NarrowProduct.Is(TransposeA, TransposeB, columns))
        {
            OperandPair<float> pair = new(new(a.Pointer, depth, linesAreDepth: false), new(b.Pointer, depth, linesAreDepth: false), depth);
            cpu.RunRows(
                new NarrowRows<float, float, float, NoEpilogue, EvenGroups>(new EvenGroups(rows), pair, default, y.Pointer, columns, default),
                y.Rows, (long)columns * depth);
            return;
        }
        Blocks blocks = Blocks.Of(rows, columns, depth, batches, cpu.Team.Threads);
        BatchMatMulJob job = new(a.Pointer, b.Pointer, y.Pointer, depth, TransposeA, TransposeB, blocks);
        cpu.Team.RunWidest(job, batches * blocks.Count);
    }

    private readonly struct BatchMatMulJob(float* a, float* b, float* y, int depth, bool transposeA, bool transposeB, Blocks blocks) : ILaneJob
    {
        public void Run<V>(int task, int thread) where V : unmanaged, ILanes<V>
        {
            long batch = task / blocks.Count;
            Operand<float> left = new(a + batch * blocks.Rows * depth, transposeA ? blocks.Rows : depth, transposeA);
            Operand<float> right = new(b + batch * blocks.Columns * depth, transposeB ? depth : blocks.Columns, !transposeB);
            Product<float, float, float> product = new(new(left, right, depth), default, y + batch * blocks.Rows * blocks.Columns, blocks.Columns);
            product.Run<V, NoEpilogue>(blocks, task % blocks.Count, first: 0, default);
        }
    }
}
