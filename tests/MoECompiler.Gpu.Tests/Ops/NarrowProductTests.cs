using CsCheck;
using MoECompiler.Graphs;
using MoECompiler.Ops;
using MoECompiler.Tests.Ops;
using Xunit;

namespace MoECompiler.Gpu.Tests.Ops;

/// <summary>
/// The emitted kernels of products whose operands have 16 bits: those that every device runs, and those for tensor cores, which the
/// simulated device runs too. Products of such numbers are exact as floats, so that sums are as near the definition as those of floats.
/// </summary>
public sealed class NarrowProductTests : GpuOpTest
{
    private const double Tolerance = 1e-5;

    /// <summary>A result that is rounded may go to the neighbour of where the definition's goes.</summary>
    private const double BFloat16Step = 1.0 / 128, HalfStep = 1.0 / 1024;

    private static readonly Gen<int> s_depth = Gen.Int[0, TestDevice.IsSimulated ? 9 : 70];

    /// <summary>
    /// Sizes that tiles fit and that they do not: less than one, one and a rest, parts of the depth and a rest, more parts than are under way
    /// at once; lines that begin on 16 bytes and that do not.
    /// </summary>
    public static TheoryData<int, int, int> TileSizes => HasTensorCores
        ? new() { { 9, 3, 5 }, { 16, 70, 200 }, { 30, 30, 33 }, { 32, 64, 150 }, { 61, 59, 20 }, { 64, 64, 176 }, { 128, 125, 72 }, { 30, 60, 0 } }
        : new() { { 12, 64, 40 } };

    /// <summary>The same for the smallest tiles, which other products have.</summary>
    public static TheoryData<int, int, int> SmallTileSizes => HasTensorCores
        ? new() { { 9, 3, 5 }, { 12, 64, 40 }, { 30, 30, 33 }, { 32, 32, 64 }, { 61, 59, 20 } }
        : new() { { 12, 64, 40 } };

    /// <summary>What stands for tensor cores where there are none takes its time: once is enough.</summary>
    private static bool HasTensorCores => TestDevice.IsSimulated || TestDevice.Instance.Traits.HasTensorCores;

    [Fact]
    public void MatMul_AnyShape_MatchesTheDefinition() =>
        Gen.Select(Extent, Extent, Extent, Gen.Int[0, 2], Gen.Int).Sample(
            static (m, n, k, kind, seed) => MatMul(null, m, n, k, kind == 2, kind == 1, seed), iter: 2 * Cases, threads: 1);

    [Fact]
    public void BatchMatMul_AnyShape_MatchesTheDefinition() =>
        Gen.Select(Extent, Extent, s_depth, Gen.Bool, Gen.Bool, Gen.Int).Sample(
            static (m, n, k, a, b, seed) => BatchMatMul(null, m, n, k, a, b, seed), iter: Cases, threads: 1);

    [Fact]
    public void GroupedMatMul_AnyDispatch_MatchesTheDefinition() =>
        Gen.Select(Extent, Extent, s_depth, Gen.Bool, Gen.Bool, Gen.Int).Sample(
            static (tokens, n, k, gather, b, seed) => Grouped(null, tokens, n, k, gather, b, seed), iter: Cases, threads: 1);

    [Fact]
    public void GroupedWeightGradient_AnyDispatch_MatchesTheDefinition() =>
        Gen.Select(Extent, Extent, s_depth, Gen.Bool, Gen.Bool, Gen.Int).Sample(
            static (tokens, n, k, gather, b, seed) => Gradient(null, tokens, n, k, gather, b, seed), iter: Cases, threads: 1);

    [Fact]
    public void Rounded_AnyShape_IsANeighbourOfTheDefinition() =>
        Gen.Select(Extent, Extent, s_depth, Gen.Int).Sample(static (m, n, k, seed) => Rounded(null, m, n, k, seed), iter: Cases, threads: 1);

    [Fact]
    public void GroupedMatMul_OfUnsortedRows_MatchesTheDefinition() =>
        Gen.Select(Gen.Int[0, 12], Extent, s_depth, Gen.Bool, Gen.Bool, Gen.Int).Sample(
            static (tokens, n, k, gather, b, seed) => Unsorted(tokens, n, k, gather, b, seed), iter: Cases, threads: 1);

    /// <summary>Both layouts of both operands; and no two rows of a matrix of 8 x 8 are loaded from the same banks of shared memory.</summary>
    [Theory]
    [MemberData(nameof(TileSizes))]
    public void MatMul_OnTensorCores_MatchesTheDefinition(int m, int n, int k)
    {
        int conflicts = WarpExchange.Conflicts;
        MatMul(TestDevice.TensorCores, m, n, k, false, false, 1);
        MatMul(TestDevice.TensorCores, m, n, k, false, true, 2);
        MatMul(TestDevice.TensorCores, m, n, k, true, false, 3);
        Assert.Equal(conflicts, WarpExchange.Conflicts);
    }

    [Theory]
    [MemberData(nameof(SmallTileSizes))]
    public void BatchMatMul_OnTensorCores_MatchesTheDefinition(int m, int n, int k)
    {
        BatchMatMul(TestDevice.TensorCores, m, n, k, false, true, 1);
        BatchMatMul(TestDevice.TensorCores, m, n, k, true, false, 2);
    }

    [Theory]
    [MemberData(nameof(SmallTileSizes))]
    public void GroupedMatMul_OnTensorCores_MatchesTheDefinition(int tokens, int n, int k)
    {
        Grouped(TestDevice.TensorCores, tokens, n, k, true, true, 1);
        Grouped(TestDevice.TensorCores, tokens, n, k, false, false, 2);
    }

    [Theory]
    [MemberData(nameof(SmallTileSizes))]
    public void GroupedWeightGradient_OnTensorCores_MatchesTheDefinition(int n, int k, int tokens)
    {
        Gradient(TestDevice.TensorCores, tokens, n, k, true, true, 1);
        Gradient(TestDevice.TensorCores, tokens, n, k, false, false, 2);
    }

    [Theory]
    [MemberData(nameof(SmallTileSizes))]
    public void Rounded_OnTensorCores_IsANeighbourOfTheDefinition(int m, int n, int k) => Rounded(TestDevice.TensorCores, m, n, k, 1);

    /// <summary>Tensor cores from compute capability 8.0 on, with the largest tiles that keep the device busy; none for a few rows, which are as fast as weights are read.</summary>
    [Theory]
    [InlineData(1_000, 1_000, 80, "LinearBF16TensorCore128x128", 256)]
    [InlineData(256, 512, 80, "LinearBF16TensorCore64x64", 128)]
    [InlineData(32, 1_024, 90, "LinearBF16TensorCore32x64", 128)]
    [InlineData(512, 32, 80, "LinearBF16TensorCore32x32", 128)]
    [InlineData(16, 64, 120, "LinearBF16TensorCore16x64", 128)]
    [InlineData(1_000, 1_000, 75, "LinearBF16Tile128x128", 256)]
    [InlineData(8, 1_000, 80, "LinearBF16Few", 32)]
    public void Launch_OnAGpu_TakesTheFormThatSuits(int rows, int columns, int capability, string kernel, int group)
    {
        using OfflineDevice device = new(new DeviceTraits(GpuKind.Cuda, IsProcessor: false, capability, Multiprocessors: 16));
        EmittedNarrowProducts.LinearBF16(device, device.New<BFloat16>(rows, 64), device.New<BFloat16>(columns, 64), device.New<float>(rows, columns));
        Assert.Equal((kernel, group), (device.Recorded[0].Kernel.Name, device.Recorded[0].Work.Group));
    }

    private static void MatMul(GpuDevice? gpu, int m, int n, int k, bool transposeA, bool transposeB, int seed)
    {
        Source source = new(seed);
        TestTensor a = Matrix(source, transposeA, m, k), b = Matrix(source, transposeB, k, n);
        Matches(
            new MatMul(transposeA, transposeB), [a.As<BFloat16>(), b.As<BFloat16>()],
            transposeA ? static (gpu, v) => EmittedNarrowProducts.MatMulOverRowsBF16(gpu, v.In<BFloat16>(0), v.In<BFloat16>(1), v.Out())
            : transposeB ? static (gpu, v) => EmittedNarrowProducts.LinearBF16(gpu, v.In<BFloat16>(0), v.In<BFloat16>(1), v.Out())
            : static (gpu, v) => EmittedNarrowProducts.MatMulBF16(gpu, v.In<BFloat16>(0), v.In<BFloat16>(1), v.Out()), Tolerance, device: gpu);
        if (!transposeA && transposeB)
        {
            Matches(
                new MatMul(transposeA, transposeB), [a.As<Half>(), b.As<Half>()],
                static (gpu, v) => EmittedNarrowProducts.LinearF16(gpu, v.In<Half>(0), v.In<Half>(1), v.Out()), Tolerance, device: gpu);
        }
    }

    private static void BatchMatMul(GpuDevice? gpu, int m, int n, int k, bool transposeA, bool transposeB, int seed)
    {
        Source source = new(seed);
        Matches(
            new BatchMatMul(transposeA, transposeB), [Matrix(source, transposeA, m, k, 3).As<BFloat16>(), Matrix(source, transposeB, k, n, 3).As<BFloat16>()],
            (transposeA, transposeB) switch
            {
                (false, false) => static (gpu, v) => EmittedNarrowProducts.BatchMatMulBF16ToBF16(gpu, v.In<BFloat16>(0), v.In<BFloat16>(1), v.Out<BFloat16>()),
                (false, true) => static (gpu, v) => EmittedNarrowProducts.BatchLinearBF16ToBF16(gpu, v.In<BFloat16>(0), v.In<BFloat16>(1), v.Out<BFloat16>()),
                (true, false) => static (gpu, v) => EmittedNarrowProducts.BatchMatMulOverRowsBF16ToBF16(gpu, v.In<BFloat16>(0), v.In<BFloat16>(1), v.Out<BFloat16>()),
                _ => static (gpu, v) => EmittedNarrowProducts.BatchLinearOverRowsBF16ToBF16(gpu, v.In<BFloat16>(0), v.In<BFloat16>(1), v.Out<BFloat16>()),
            },
            BFloat16Step, device: gpu);
    }

    private static void Grouped(GpuDevice? gpu, int tokens, int n, int k, bool gather, bool transposeB, int seed)
    {
        Source source = new(seed);
        (TestTensor order, TestTensor offsets, int experts) = Dispatched(source, tokens, seed);
        TestTensor x = Matrix(source, false, gather ? tokens : order.Shape[0], k).As<BFloat16>();
        Matches(
            new GroupedMatMul(gather, transposeB), [x, Matrix(source, transposeB, k, n, experts).As<BFloat16>(), order, offsets],
            (gather, transposeB) switch
            {
                (false, false) => static (gpu, v) => EmittedNarrowProducts.GroupedMatMulBF16(gpu, v.In<BFloat16>(0), v.In<BFloat16>(1), v.Indices(3), v.Out()),
                (false, true) => static (gpu, v) => EmittedNarrowProducts.GroupedLinearBF16(gpu, v.In<BFloat16>(0), v.In<BFloat16>(1), v.Indices(3), v.Out()),
                (true, false) => static (gpu, v) => EmittedNarrowProducts.GatherGroupedMatMulBF16(gpu, v.In<BFloat16>(0), v.In<BFloat16>(1), v.Indices(2), v.Indices(3), v.Out()),
                _ => static (gpu, v) => EmittedNarrowProducts.GatherGroupedLinearBF16(gpu, v.In<BFloat16>(0), v.In<BFloat16>(1), v.Indices(2), v.Indices(3), v.Out()),
            },
            Tolerance, device: gpu);
    }

    private static void Gradient(GpuDevice? gpu, int tokens, int n, int k, bool gather, bool transposeB, int seed)
    {
        Source source = new(seed);
        (TestTensor order, TestTensor offsets, _) = Dispatched(source, tokens, seed);
        TestTensor x = Matrix(source, false, gather ? tokens : order.Shape[0], k).As<BFloat16>();
        Matches(
            new GroupedWeightGradient(gather, transposeB), [x, Matrix(source, false, order.Shape[0], n).As<BFloat16>(), order, offsets],
            (gather, transposeB) switch
            {
                (false, false) => static (gpu, v) => EmittedNarrowProducts.GroupedMatMulGradientBF16(gpu, v.In<BFloat16>(0), v.In<BFloat16>(1), v.Indices(3), v.Out()),
                (false, true) => static (gpu, v) => EmittedNarrowProducts.GroupedLinearGradientBF16(gpu, v.In<BFloat16>(0), v.In<BFloat16>(1), v.Indices(3), v.Out()),
                (true, false) => static (gpu, v) => EmittedNarrowProducts.GatherGroupedMatMulGradientBF16(gpu, v.In<BFloat16>(0), v.In<BFloat16>(1), v.Indices(2), v.Indices(3), v.Out()),
                _ => static (gpu, v) => EmittedNarrowProducts.GatherGroupedLinearGradientBF16(gpu, v.In<BFloat16>(0), v.In<BFloat16>(1), v.Indices(2), v.Indices(3), v.Out()),
            },
            Tolerance, device: gpu);
    }

    /// <summary>Results of 16 bits: of a plain product, after a formula, and where an expert's formula is not 0 at 0.</summary>
    private static void Rounded(GpuDevice? gpu, int m, int n, int k, int seed)
    {
        Source source = new(seed);
        ScalarExpression sum = Scalar.In(0);
        Matches(
            new MatMul(Result: DType.F16), [Matrix(source, false, m, k).As<Half>(), Matrix(source, false, k, n).As<Half>()],
            static (gpu, v) => EmittedNarrowProducts.MatMulF16ToF16(gpu, v.In<Half>(0), v.In<Half>(1), v.Out<Half>()), HalfStep, device: gpu);
        Matches(
            new MatMul(TransposeB: true, Epilogue: Scalar.Relu(sum + Scalar.In(1)), Result: DType.BF16),
            [Matrix(source, false, m, k).As<BFloat16>(), Matrix(source, true, k, n).As<BFloat16>(), source.Normal(n)],
            static (gpu, v) => EmittedNarrowProducts.LinearBF16AddReluToBF16(gpu, v.In<BFloat16>(0), v.In<BFloat16>(1), v.In(2), v.Out<BFloat16>()), BFloat16Step, device: gpu);

        (TestTensor order, TestTensor offsets, int experts) = Dispatched(source, m, seed);
        Matches(
            new GroupedMatMul(GatherRows: true, TransposeB: true, Scalar.Exp(sum) + Scalar.In(1), DType.BF16),
            [Matrix(source, false, m, k).As<BFloat16>(), Matrix(source, true, k, n, experts).As<BFloat16>(), order, offsets, source.Normal(order.Shape[0], n)],
            static (gpu, v) => EmittedNarrowProducts.GatherGroupedLinearBF16ExpAddToBF16(
                gpu, v.In<BFloat16>(0), v.In<BFloat16>(1), v.Indices(2), v.Indices(3), v.In(4), v.Out<BFloat16>()),
            BFloat16Step, device: gpu);
    }

    /// <summary>Rows that are pairs of a token and a slot, by themselves, and added up.</summary>
    private static void Unsorted(int tokens, int n, int k, bool gather, bool transposeB, int seed)
    {
        Source source = new(seed);
        const int Experts = 5, Slots = 2;
        // One more than there are: a choice that no expert answers.
        TestTensor experts = source.Choices(tokens, Slots, Experts + 1);
        TestTensor x = Matrix(source, false, gather ? tokens : Slots * tokens, k).As<BFloat16>(), w = Matrix(source, transposeB, k, n, Experts).As<BFloat16>();
        Matches(
            new PairProduct(gather, transposeB), [x, w, experts],
            (gather, transposeB) switch
            {
                (false, false) => static (gpu, v) => EmittedNarrowProducts.GroupedMatMulBF16Unsorted(gpu, v.In<BFloat16>(0), v.In<BFloat16>(1), v.Indices(2), v.Out()),
                (false, true) => static (gpu, v) => EmittedNarrowProducts.GroupedLinearBF16Unsorted(gpu, v.In<BFloat16>(0), v.In<BFloat16>(1), v.Indices(2), v.Out()),
                (true, false) => static (gpu, v) => EmittedNarrowProducts.GatherGroupedMatMulBF16Unsorted(gpu, v.In<BFloat16>(0), v.In<BFloat16>(1), v.Indices(2), v.Out()),
                _ => static (gpu, v) => EmittedNarrowProducts.GatherGroupedLinearBF16Unsorted(gpu, v.In<BFloat16>(0), v.In<BFloat16>(1), v.Indices(2), v.Out()),
            },
            Tolerance);
        if (!gather)
        {
            Matches(
                new PairProduct(gather, transposeB, IsCombined: true), [x, w, experts, source.Normal(tokens, Slots)],
                transposeB
                    ? static (gpu, v) => EmittedNarrowProducts.GroupedLinearBF16Combine(gpu, v.In<BFloat16>(0), v.In<BFloat16>(1), v.Indices(2), v.In(3), v.Out())
                    : static (gpu, v) => EmittedNarrowProducts.GroupedMatMulBF16Combine(gpu, v.In<BFloat16>(0), v.In<BFloat16>(1), v.Indices(2), v.In(3), v.Out()),
                Tolerance);
        }
    }
}
