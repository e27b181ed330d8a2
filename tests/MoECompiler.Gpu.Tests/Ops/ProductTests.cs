using CsCheck;
using MoECompiler.Graphs;
using MoECompiler.Ops;
using MoECompiler.Tests.Ops;
using Xunit;

namespace MoECompiler.Gpu.Tests.Ops;

/// <summary>
/// The emitted kernels of products: those that the tests' device is given, and those for GPUs, which a processor that an OpenCL driver makes
/// a device of runs too. The simulator runs those among them that groups of any size do: for a tile it takes seconds.
/// </summary>
public sealed class ProductTests : GpuOpTest
{
    private const double Tolerance = 1e-5;

    private static readonly Gen<bool> s_isTransposed = Gen.Bool;

    /// <summary>The definitions take their time where the depth is large too.</summary>
    private static readonly Gen<int> s_depth = Gen.Int[0, TestDevice.IsSimulated ? 9 : 70];

    /// <summary>Sizes that tiles fit and that they do not: less than one, one and a rest, parts of the depth and a rest, whole vectors.</summary>
    public static TheoryData<int, int, int> TileSizes => TestDevice.IsSimulated
        ? new() { { 1, 1, 1 }, { 5, 10, 37 }, { 11, 8, 16 } }
        : new()
        {
            { 1, 1, 1 }, { 33, 40, 17 }, { 32, 36, 32 }, { 5, 7, 0 }, { 61, 16, 20 }, { 60, 14, 21 }, { 64, 29, 4 }, { 64, 32, 18 },
            { 120, 60, 20 }, { 125, 125, 9 }, { 128, 124, 12 }, { 300, 200, 70 },
            { 8, 9, 300 }, { 3, 64, 1_000 }, { 20, 21, 1_000 }, { 30, 12, 260 },
        };

    [Fact]
    public void MatMul_AnyShape_MatchesTheDefinition() =>
        Gen.Select(Extent, Extent, Extent, Gen.Int[0, 2], Gen.Int).Sample(
            static (m, n, k, kind, seed) => MatMul(null, m, n, k, kind == 2, kind == 1, seed), iter: 3 * Cases, threads: 1);

    [Theory]
    [MemberData(nameof(TileSizes))]
    public void MatMul_OnAGpu_MatchesTheDefinition(int m, int n, int k)
    {
        MatMul(TestDevice.Large, m, n, k, false, false, 1);
        MatMul(TestDevice.Large, m, n, k, false, true, 2);
        MatMul(TestDevice.Large, m, n, k, true, false, 3);
    }

    [Fact]
    public void BatchMatMul_AnyShape_MatchesTheDefinition() =>
        Gen.Select(Extent, Extent, s_depth, s_isTransposed, s_isTransposed, Gen.Int).Sample(
            static (m, n, k, a, b, seed) => BatchMatMul(null, m, n, k, a, b, seed), iter: Cases, threads: 1);

    [Theory]
    [MemberData(nameof(TileSizes))]
    public void BatchMatMul_OnAGpu_MatchesTheDefinition(int m, int n, int k)
    {
        BatchMatMul(TestDevice.Large, m, n, k, false, true, 1);
        BatchMatMul(TestDevice.Large, m, n, k, true, false, 2);
    }

    [Fact]
    public void GroupedMatMul_AnyDispatch_MatchesTheDefinition() =>
        Gen.Select(Extent, Extent, s_depth, s_isTransposed, s_isTransposed, Gen.Int).Sample(
            static (tokens, n, k, gather, b, seed) => Grouped(null, tokens, n, k, gather, b, seed), iter: 2 * Cases, threads: 1);

    [Theory]
    [MemberData(nameof(TileSizes))]
    public void GroupedMatMul_OnAGpu_MatchesTheDefinition(int tokens, int n, int k)
    {
        Grouped(TestDevice.Large, tokens, n, k, true, true, 1);
        Grouped(TestDevice.Large, tokens, n, k, false, false, 2);
    }

    [Fact]
    public void GroupedWeightGradient_AnyDispatch_MatchesTheDefinition() =>
        Gen.Select(Extent, Extent, s_depth, s_isTransposed, s_isTransposed, Gen.Int).Sample(
            static (tokens, n, k, gather, b, seed) => Gradient(null, tokens, n, k, gather, b, seed), iter: 2 * Cases, threads: 1);

    [Theory]
    [MemberData(nameof(TileSizes))]
    public void GroupedWeightGradient_OnAGpu_MatchesTheDefinition(int n, int k, int tokens)
    {
        Gradient(TestDevice.Large, tokens, n, k, true, true, 1);
        Gradient(TestDevice.Large, tokens, n, k, false, false, 2);
    }

    [Fact]
    public void Epilogue_AnyShape_MatchesTheDefinition() =>
        Gen.Select(Extent, Extent, s_depth, Gen.Int).Sample(static (m, n, k, seed) => Epilogues(null, m, n, k, seed), iter: Cases, threads: 1);

    [Theory]
    [MemberData(nameof(TileSizes))]
    public void Epilogue_OnAGpu_MatchesTheDefinition(int m, int n, int k) => Epilogues(TestDevice.Large, m, n, k, 1);

    [Fact]
    public void GroupedMatMul_OfUnsortedRows_MatchesTheDefinition() =>
        Gen.Select(Gen.Int[0, 12], Extent, s_depth, s_isTransposed, s_isTransposed, Gen.Int).Sample(
            static (tokens, n, k, gather, b, seed) => Unsorted(null, tokens, n, k, gather, b, seed), iter: 2 * Cases, threads: 1);

    [Theory]
    [MemberData(nameof(TileSizes))]
    public void GroupedMatMul_OfUnsortedRowsOnAGpu_MatchesTheDefinition(int tokens, int n, int k)
    {
        Unsorted(TestDevice.Large, tokens, n, k, true, true, 1);
        Unsorted(TestDevice.Large, tokens, n, k, false, false, 2);
    }

    /// <summary>A device with many multiprocessors sums up parts of a long depth side by side.</summary>
    [Fact]
    public void MatMul_LongDepth_IsSummedInParts()
    {
        GpuDevice gpu = TestDevice.Large;
        DeviceTraits traits = gpu.Traits;
        gpu.Traits = traits with { Multiprocessors = 40 };
        MatMul(gpu, 9, 25, 2_000, transposeA: true, transposeB: false, 1);
        MatMul(gpu, 40, 24, 700, transposeA: false, transposeB: true, 2);
        Epilogues(gpu, 33, 30, 300, 3);
        gpu.Traits = traits;
    }

    private static void MatMul(GpuDevice? gpu, int m, int n, int k, bool transposeA, bool transposeB, int seed)
    {
        Source source = new(seed);
        Matches(
            new MatMul(transposeA, transposeB), [Matrix(source, transposeA, m, k), Matrix(source, transposeB, k, n)],
            transposeA ? static (gpu, v) => EmittedProducts.MatMulOverRows(gpu, v.In(0), v.In(1), v.Out())
            : transposeB ? static (gpu, v) => EmittedProducts.Linear(gpu, v.In(0), v.In(1), v.Out())
            : static (gpu, v) => EmittedProducts.MatMul(gpu, v.In(0), v.In(1), v.Out()), Tolerance, device: gpu);
    }

    private static void BatchMatMul(GpuDevice? gpu, int m, int n, int k, bool transposeA, bool transposeB, int seed)
    {
        Source source = new(seed);
        Matches(
            new BatchMatMul(transposeA, transposeB), [Matrix(source, transposeA, m, k, 3), Matrix(source, transposeB, k, n, 3)],
            (transposeA, transposeB) switch
            {
                (false, false) => static (gpu, v) => EmittedProducts.BatchMatMul(gpu, v.In(0), v.In(1), v.Out()),
                (false, true) => static (gpu, v) => EmittedProducts.BatchLinear(gpu, v.In(0), v.In(1), v.Out()),
                (true, false) => static (gpu, v) => EmittedProducts.BatchMatMulOverRows(gpu, v.In(0), v.In(1), v.Out()),
                _ => static (gpu, v) => EmittedProducts.BatchLinearOverRows(gpu, v.In(0), v.In(1), v.Out()),
            },
            Tolerance, device: gpu);
    }

    private static void Grouped(GpuDevice? gpu, int tokens, int n, int k, bool gather, bool transposeB, int seed)
    {
        Source source = new(seed);
        (TestTensor order, TestTensor offsets, int experts) = Dispatched(source, tokens, seed);
        TestTensor x = Matrix(source, false, gather ? tokens : order.Shape[0], k);
        Matches(
            new GroupedMatMul(gather, transposeB), [x, Matrix(source, transposeB, k, n, experts), order, offsets],
            (gather, transposeB) switch
            {
                (false, false) => static (gpu, v) => EmittedProducts.GroupedMatMul(gpu, v.In(0), v.In(1), v.Indices(3), v.Out()),
                (false, true) => static (gpu, v) => EmittedProducts.GroupedLinear(gpu, v.In(0), v.In(1), v.Indices(3), v.Out()),
                (true, false) => static (gpu, v) => EmittedProducts.GatherGroupedMatMul(gpu, v.In(0), v.In(1), v.Indices(2), v.Indices(3), v.Out()),
                _ => static (gpu, v) => EmittedProducts.GatherGroupedLinear(gpu, v.In(0), v.In(1), v.Indices(2), v.Indices(3), v.Out()),
            },
            Tolerance, device: gpu);
    }

    private static void Gradient(GpuDevice? gpu, int tokens, int n, int k, bool gather, bool transposeB, int seed)
    {
        Source source = new(seed);
        (TestTensor order, TestTensor offsets, _) = Dispatched(source, tokens, seed);
        TestTensor x = Matrix(source, false, gather ? tokens : order.Shape[0], k);
        Matches(
            new GroupedWeightGradient(gather, transposeB), [x, Matrix(source, false, order.Shape[0], n), order, offsets],
            (gather, transposeB) switch
            {
                (false, false) => static (gpu, v) => EmittedProducts.GroupedMatMulGradient(gpu, v.In(0), v.In(1), v.Indices(3), v.Out()),
                (false, true) => static (gpu, v) => EmittedProducts.GroupedLinearGradient(gpu, v.In(0), v.In(1), v.Indices(3), v.Out()),
                (true, false) => static (gpu, v) => EmittedProducts.GatherGroupedMatMulGradient(gpu, v.In(0), v.In(1), v.Indices(2), v.Indices(3), v.Out()),
                _ => static (gpu, v) => EmittedProducts.GatherGroupedLinearGradient(gpu, v.In(0), v.In(1), v.Indices(2), v.Indices(3), v.Out()),
            },
            Tolerance, device: gpu);
    }

    /// <summary>Rows that are pairs of a token and a slot, by themselves, with an epilogue and added up.</summary>
    private static void Unsorted(GpuDevice? gpu, int tokens, int n, int k, bool gather, bool transposeB, int seed)
    {
        Source source = new(seed);
        const int Experts = 5, Slots = 2;
        // One more than there are: a choice that no expert answers, as does none answer -1.
        TestTensor experts = source.Slots(tokens, Slots, Experts + 1);
        TestTensor x = Matrix(source, false, gather ? tokens : Slots * tokens, k), w = Matrix(source, transposeB, k, n, Experts);
        Matches(
            new PairProduct(gather, transposeB), [x, w, experts],
            (gather, transposeB) switch
            {
                (false, false) => static (gpu, v) => EmittedProducts.GroupedMatMulUnsorted(gpu, v.In(0), v.In(1), v.Indices(2), v.Out()),
                (false, true) => static (gpu, v) => EmittedProducts.GroupedLinearUnsorted(gpu, v.In(0), v.In(1), v.Indices(2), v.Out()),
                (true, false) => static (gpu, v) => EmittedProducts.GatherGroupedMatMulUnsorted(gpu, v.In(0), v.In(1), v.Indices(2), v.Out()),
                _ => static (gpu, v) => EmittedProducts.GatherGroupedLinearUnsorted(gpu, v.In(0), v.In(1), v.Indices(2), v.Out()),
            },
            Tolerance, device: gpu);
        if (gather && transposeB)
        {
            Matches(
                new PairProduct(gather, transposeB, Scalar.Exp(Scalar.In(0)) + Scalar.In(1)), [x, w, experts, source.Normal(Slots * tokens, n)],
                static (gpu, v) => EmittedProducts.GatherGroupedLinearExpAddUnsorted(gpu, v.In(0), v.In(1), v.Indices(2), v.In(3), v.Out()),
                Tolerance, device: gpu);
        }
        if (!gather)
        {
            Matches(
                new PairProduct(gather, transposeB, IsCombined: true), [x, w, experts, source.Normal(tokens, Slots)],
                transposeB
                    ? static (gpu, v) => EmittedProducts.GroupedLinearCombine(gpu, v.In(0), v.In(1), v.Indices(2), v.In(3), v.Out())
                    : static (gpu, v) => EmittedProducts.GroupedMatMulCombine(gpu, v.In(0), v.In(1), v.Indices(2), v.In(3), v.Out()),
                Tolerance, device: gpu);
        }
    }

    /// <summary>A formula of one operand of a column; one of operands that spread in each way; and one that is not 0 where no expert has the row.</summary>
    private static void Epilogues(GpuDevice? gpu, int m, int n, int k, int seed)
    {
        Source source = new(seed);
        ScalarExpression sum = Scalar.In(0);
        Matches(
            new MatMul(TransposeB: true, Epilogue: Scalar.Relu(sum + Scalar.In(1))),
            [Matrix(source, false, m, k), Matrix(source, true, k, n), source.Normal(n)],
            static (gpu, v) => EmittedProducts.LinearAddRelu(gpu, v.In(0), v.In(1), v.In(2), v.Out()), Tolerance, device: gpu);
        Matches(
            new MatMul(Epilogue: Scalar.Tanh(sum * Scalar.In(1) + Scalar.In(2)) - Scalar.In(3) / Scalar.In(4) * 40f),
            [Matrix(source, false, m, k), Matrix(source, false, k, n), source.Normal(m, 1), source.Normal(n), source.Normal(m, n), source.Uniform(20, 40, 1)],
            static (gpu, v) => EmittedProducts.MatMulFitted(gpu, v.In(0), v.In(1), v.In(2), v.In(3), v.In(4), v.In(5), v.Out(), 40), Tolerance, device: gpu);

        (TestTensor order, TestTensor offsets, int experts) = Dispatched(source, m, seed);
        Matches(
            new GroupedMatMul(GatherRows: true, TransposeB: true, Scalar.Exp(sum) + Scalar.In(1)),
            [Matrix(source, false, m, k), Matrix(source, true, k, n, experts), order, offsets, source.Normal(order.Shape[0], n)],
            static (gpu, v) => EmittedProducts.GatherGroupedLinearExpAdd(gpu, v.In(0), v.In(1), v.Indices(2), v.Indices(3), v.In(4), v.Out()),
            Tolerance, device: gpu);
    }
}
