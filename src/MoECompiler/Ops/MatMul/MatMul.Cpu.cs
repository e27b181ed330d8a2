namespace MoECompiler.Ops;

public static unsafe partial class Kernels
{
    /// <inheritdoc cref="MatMul{TEpilogue}(CpuDevice, View{float}, View{float}, View{float}, bool, bool, TEpilogue)"/>
    public static void MatMul(CpuDevice cpu, View<float> a, View<float> b, View<float> y, bool TransposeA, bool TransposeB) =>
        MatMul(cpu, a, b, y, TransposeA, TransposeB, default(NoEpilogue));

    /// <summary>The product of two matrices; see <see cref="Ops.MatMul"/>.</summary>
    /// <param name="cpu">Where it runs.</param>
    /// <param name="a">f32[..., K], or f32[..., M] where <paramref name="TransposeA"/>.</param>
    /// <param name="b">f32[K, N], or f32[N, K] where <paramref name="TransposeB"/>; where <paramref name="TransposeA"/> f32[..., N].</param>
    /// <param name="y">f32[..., N], or f32[M, N] where <paramref name="TransposeA"/>.</param>
    /// <param name="TransposeA">Sum over the rows of a.</param>
    /// <param name="TransposeB">The columns of y are rows of b.</param>
    /// <param name="epilogue">What is done with each sum.</param>
    public static void MatMul<TEpilogue>(
        CpuDevice cpu, View<float> a, View<float> b, View<float> y, bool TransposeA, bool TransposeB, TEpilogue epilogue)
        where TEpilogue : unmanaged, IEpilogue
    {
        int depth = TransposeA ? a.Rows : a.Columns;
        Product product = new(new Operand(a.Pointer, a.Columns, TransposeA), new Operand(b.Pointer, b.Columns, !TransposeB), y.Pointer, y.Columns, depth);
        Blocks blocks = Blocks.Of(y.Rows, y.Columns, depth, products: 1, cpu.Team.Threads);
        cpu.Team.RunWidest(new MatMulJob<TEpilogue>(product, blocks, epilogue), blocks.Count);
    }

    private readonly struct MatMulJob<TEpilogue>(Product product, Blocks blocks, TEpilogue epilogue) : ILaneJob
        where TEpilogue : unmanaged, IEpilogue
    {
        public void Run<V>(int task, int thread) where V : unmanaged, ILanes<V> => product.Run<V, TEpilogue>(blocks, task, first: 0, epilogue);
    }
}
