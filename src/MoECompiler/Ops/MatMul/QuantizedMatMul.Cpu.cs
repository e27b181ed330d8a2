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
        OperandPair<float> pair = new(new(a.Pointer, a.Columns, TransposeA), new(b.Matrix(0), !TransposeB), TransposeA ? a.Rows : a.Columns);
        Multiply(cpu, pair, default(OperandPair<float>), y, isNarrow: false, epilogue);
    }

    /// <inheritdoc cref="MatMul{TSecond, TResult, TEpilogue}(CpuDevice, View{float}, Nf4View, View{TSecond}, View{TSecond}, View{TResult}, bool, bool, bool, TEpilogue)"/>
    public static void MatMul<TSecond, TResult>(
        CpuDevice cpu, View<float> a, Nf4View b, View<TSecond> a2, View<TSecond> b2, View<TResult> y, bool TransposeA, bool TransposeB, bool SecondTransposeB)
        where TSecond : unmanaged
        where TResult : unmanaged =>
        MatMul(cpu, a, b, a2, b2, y, TransposeA, TransposeB, SecondTransposeB, default(NoEpilogue));

    /// <summary>The sum of such a product and of one of floats, as an adapter of a model in 4 bits has it; see <see cref="Ops.MatMul"/>.</summary>
    /// <param name="cpu">Where it runs.</param>
    /// <param name="a">[..., K].</param>
    /// <param name="b">[K, N], or [N, K] where <paramref name="TransposeB"/>.</param>
    /// <param name="a2">[..., L].</param>
    /// <param name="b2">[L, N], or [N, L] where <paramref name="SecondTransposeB"/>.</param>
    /// <param name="y">[..., N].</param>
    /// <param name="TransposeA">False: rows are summed over in a product of one pair only.</param>
    /// <param name="TransposeB">The columns of y are rows of b.</param>
    /// <param name="SecondTransposeB">The columns of y are rows of b2.</param>
    /// <param name="epilogue">What is done with each sum.</param>
    public static void MatMul<TSecond, TResult, TEpilogue>(
        CpuDevice cpu, View<float> a, Nf4View b, View<TSecond> a2, View<TSecond> b2, View<TResult> y,
        bool TransposeA, bool TransposeB, bool SecondTransposeB, TEpilogue epilogue)
        where TSecond : unmanaged
        where TResult : unmanaged
        where TEpilogue : unmanaged, IEpilogue
    {
        OperandPair<float> pair = new(new(a.Pointer, a.Columns, TransposeA), new(b.Matrix(0), !TransposeB), a.Columns);
        OperandPair<TSecond> second = new(new(a2.Pointer, a2.Columns, linesAreDepth: false), new(b2.Pointer, b2.Columns, !SecondTransposeB), a2.Columns);
        Multiply(cpu, pair, second, y, isNarrow: false, epilogue);
    }
}
