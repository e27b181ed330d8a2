namespace MoECompiler.Ops;

public static unsafe partial class Kernels
{
    /// <inheritdoc cref="MatMul{TResult, TEpilogue}(CpuDevice, View{float}, Nf4View, View{TResult}, bool, bool, TEpilogue)"/>
    public static void MatMul<TResult>(CpuDevice cpu, View<float> a, Nf4View b, View<TResult> y, bool TransposeA, bool TransposeB) where TResult : unmanaged =>
        MatMul(cpu, a, b, y, TransposeA, TransposeB, default(NoEpilogue));

    /// <summary>The product of a matrix of floats and one in 4 bits, which is made into floats panel by panel; see <see cref="Ops.MatMul"/>.</summary>
    /// <param name="cpu">Where it runs.</param>
    /// <param name="a">[..., K], or [..., M] where <paramref name="TransposeA"/>.</param>
    /// <param name="b">[K, N], or [N, K] where <paramref name="TransposeB"/>.</param>
    /// <param name="y">[..., N], or [M, N] where <paramref name="TransposeA"/>.</param>
    /// <param name="TransposeA">Sum over the rows of a.</param>
    /// <param name="TransposeB">The columns of y are rows of b.</param>
    /// <param name="epilogue">What is done with each sum.</param>
    public static void MatMul<TResult, TEpilogue>(
        CpuDevice cpu, View<float> a, Nf4View b, View<TResult> y, bool TransposeA, bool TransposeB, TEpilogue epilogue)
        where TResult : unmanaged
        where TEpilogue : unmanaged, IEpilogue
    {
        int depth = TransposeA ? a.Rows : a.Columns;
        Product<float, TResult> product = new(new(a.Pointer, a.Columns, TransposeA), new(b.Matrix(0), !TransposeB), y.Pointer, y.Columns, depth);
        Blocks blocks = Blocks.Of(y.Rows, y.Columns, depth, products: 1, cpu.Team.Threads);
        cpu.Team.RunWidest(new MatMulJob<float, TResult, TEpilogue>(product, blocks, epilogue), blocks.Count);
    }
}
