namespace MoECompiler.Ops;

public static unsafe partial class Kernels
{
    /// <inheritdoc cref="MatMul{T, TResult, TEpilogue}"/>
    public static void MatMul<T, TResult>(CpuDevice cpu, View<T> a, View<T> b, View<TResult> y, bool TransposeA, bool TransposeB)
        where T : unmanaged
        where TResult : unmanaged =>
        MatMul(cpu, a, b, y, TransposeA, TransposeB, default(NoEpilogue));

    /// <summary>The product of two matrices, each of floats of 32 or of 16 bits; see <see cref="Ops.MatMul"/>.</summary>
    /// <param name="cpu">Where it runs.</param>
    /// <param name="a">[..., K], or [..., M] where <paramref name="TransposeA"/>.</param>
    /// <param name="b">[K, N], or [N, K] where <paramref name="TransposeB"/>; where <paramref name="TransposeA"/> [..., N].</param>
    /// <param name="y">[..., N], or [M, N] where <paramref name="TransposeA"/>.</param>
    /// <param name="TransposeA">Sum over the rows of a.</param>
    /// <param name="TransposeB">The columns of y are rows of b.</param>
    /// <param name="epilogue">What is done with each sum.</param>
    public static void MatMul<T, TResult, TEpilogue>(
        CpuDevice cpu, View<T> a, View<T> b, View<TResult> y, bool TransposeA, bool TransposeB, TEpilogue epilogue)
        where T : unmanaged
        where TResult : unmanaged
        where TEpilogue : unmanaged, IEpilogue
    {
        int depth = TransposeA ? a.Rows : a.Columns;
        if (NarrowProduct.Is(TransposeA, TransposeB, y.Columns))
        {
            cpu.RunRows(
                new NarrowRows<T, TResult, TEpilogue, EvenGroups>(new EvenGroups(y.Rows), new(a.Pointer, a.Columns, linesAreDepth: false), b.Pointer, y.Pointer, y.Columns, depth, epilogue),
                y.Rows, (long)y.Columns * depth);
            return;
        }
        Product<T, TResult> product = new(new(a.Pointer, a.Columns, TransposeA), new(b.Pointer, b.Columns, !TransposeB), y.Pointer, y.Columns, depth);
        Blocks blocks = Blocks.Of(y.Rows, y.Columns, depth, products: 1, cpu.Team.Threads);
        cpu.Team.RunWidest(new MatMulJob<T, TResult, TEpilogue>(product, blocks, epilogue), blocks.Count);
    }

    private readonly struct MatMulJob<T, TResult, TEpilogue>(Product<T, TResult> product, Blocks blocks, TEpilogue epilogue) : ILaneJob
        where T : unmanaged
        where TResult : unmanaged
        where TEpilogue : unmanaged, IEpilogue
    {
        public void Run<V>(int task, int thread) where V : unmanaged, ILanes<V> => product.Run<V, TEpilogue>(blocks, task, first: 0, epilogue);
    }
}
