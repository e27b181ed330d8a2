namespace MoECompiler.Ops;

public static unsafe partial class Kernels
{
    /// <inheritdoc cref="MatMul{T, TResult, TEpilogue}(CpuDevice, View{T}, View{T}, View{TResult}, bool, bool, TEpilogue)"/>
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
        OperandPair<T> pair = new(new(a.Pointer, a.Columns, TransposeA), new(b.Pointer, b.Columns, !TransposeB), TransposeA ? a.Rows : a.Columns);
        Multiply(cpu, pair, default(OperandPair<T>), y, NarrowProduct.Is(TransposeA, TransposeB, y.Columns), epilogue);
    }

    /// <inheritdoc cref="MatMul{T, TSecond, TResult, TEpilogue}"/>
    public static void MatMul<T, TSecond, TResult>(
        CpuDevice cpu, View<T> a, View<T> b, View<TSecond> a2, View<TSecond> b2, View<TResult> y, bool TransposeA, bool TransposeB, bool SecondTransposeB)
        where T : unmanaged
        where TSecond : unmanaged
        where TResult : unmanaged =>
        MatMul(cpu, a, b, a2, b2, y, TransposeA, TransposeB, SecondTransposeB, default(NoEpilogue));

    /// <summary>The sum of two products of matrices, each pair of floats of one type; see <see cref="Ops.MatMul"/>.</summary>
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
    public static void MatMul<T, TSecond, TResult, TEpilogue>(
        CpuDevice cpu, View<T> a, View<T> b, View<TSecond> a2, View<TSecond> b2, View<TResult> y,
        bool TransposeA, bool TransposeB, bool SecondTransposeB, TEpilogue epilogue)
        where T : unmanaged
        where TSecond : unmanaged
        where TResult : unmanaged
        where TEpilogue : unmanaged, IEpilogue
    {
        OperandPair<T> pair = new(new(a.Pointer, a.Columns, TransposeA), new(b.Pointer, b.Columns, !TransposeB), a.Columns);
        OperandPair<TSecond> second = new(new(a2.Pointer, a2.Columns, linesAreDepth: false), new(b2.Pointer, b2.Columns, !SecondTransposeB), a2.Columns);
        Multiply(cpu, pair, second, y, NarrowProduct.Is(TransposeA, TransposeB && SecondTransposeB, y.Columns), epilogue);
    }

    private static void Multiply<T, TSecond, TResult, TEpilogue>(
        CpuDevice cpu, OperandPair<T> pair, OperandPair<TSecond> second, View<TResult> y, bool isNarrow, TEpilogue epilogue)
        where T : unmanaged
        where TSecond : unmanaged
        where TResult : unmanaged
        where TEpilogue : unmanaged, IEpilogue
    {
        int depth = pair.Depth + second.Depth;
        if (isNarrow)
        {
            NarrowRows<T, TSecond, TResult, TEpilogue, EvenGroups> rows = new(new EvenGroups(y.Rows), pair, second, y.Pointer, y.Columns, epilogue);
            cpu.RunRows(rows, y.Rows, (long)y.Columns * depth);
            return;
        }
        Product<T, TSecond, TResult> product = new(pair, second, y.Pointer, y.Columns);
        Blocks blocks = Blocks.Of(y.Rows, y.Columns, depth, products: 1, cpu.Team.Threads);
        cpu.Team.RunWidest(new MatMulJob<T, TSecond, TResult, TEpilogue>(product, blocks, epilogue), blocks.Count);
    }

    private readonly struct MatMulJob<T, TSecond, TResult, TEpilogue>(Product<T, TSecond, TResult> product, Blocks blocks, TEpilogue epilogue) : ILaneJob
        where T : unmanaged
        where TSecond : unmanaged
        where TResult : unmanaged
        where TEpilogue : unmanaged, IEpilogue
    {
        public void Run<V>(int task, int thread) where V : unmanaged, ILanes<V> => product.Run<V, TEpilogue>(blocks, task, first: 0, epilogue);
    }
}
