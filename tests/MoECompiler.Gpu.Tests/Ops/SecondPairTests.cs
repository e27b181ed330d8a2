using CsCheck;
using MoECompiler.Graphs;
using MoECompiler.Ops;
using MoECompiler.Tests.Ops;
using Xunit;

namespace MoECompiler.Gpu.Tests.Ops;

/// <summary>The emitted kernels of products whose sums go on over a second pair of operands, in each form of a kernel.</summary>
public sealed class SecondPairTests : GpuOpTest
{
    private const double Tolerance = 1e-5;

    /// <summary>A result that is rounded may go to the neighbour of where the definition's goes.</summary>
    private const double BFloat16Step = 1.0 / 128;

    private static readonly Gen<int> s_depth = Gen.Int[0, TestDevice.IsSimulated ? 9 : 70];

    /// <summary>Rows, columns and both depths: tiles and rests, few rows, no depth, more parts of a depth than one.</summary>
    public static TheoryData<int, int, int, int> Sizes => TestDevice.IsSimulated
        ? new() { { 5, 10, 37, 8 }, { 11, 8, 16, 5 } }
        : new()
        {
            { 33, 40, 17, 8 }, { 5, 7, 0, 4 }, { 61, 16, 20, 0 }, { 64, 29, 4, 70 }, { 128, 124, 12, 16 }, { 300, 200, 70, 9 }, { 9_000, 16, 9, 3 }, { 8, 9, 300, 16 },
            { 3, 64, 1_000, 8 }, { 20, 21, 1_000, 300 },
        };

    /// <summary>The same for tensor cores, or for what stands for them where there are none.</summary>
    public static TheoryData<int, int, int, int> NarrowSizes => TestDevice.IsSimulated || TestDevice.Instance.Traits.HasTensorCores
        ? new() { { 9, 3, 5, 8 }, { 16, 70, 200, 5 }, { 32, 64, 150, 16 }, { 61, 59, 20, 3 }, { 128, 125, 40, 8 } }
        : new() { { 12, 64, 40, 8 } };

    [Fact]
    public void MatMul_AnyShape_MatchesTheDefinition() =>
        Gen.Select(Extent, Extent, s_depth, s_depth, Gen.Int[0, 2], Gen.Int).Sample(
            static (m, n, k, l, kind, seed) => MatMul(null, m, n, k, l, kind < 2, kind == 0, seed), iter: 3 * Cases, threads: 1);

    [Theory]
    [MemberData(nameof(Sizes))]
    public void MatMul_OnAGpu_MatchesTheDefinition(int m, int n, int k, int l)
    {
        MatMul(TestDevice.Large, m, n, k, l, true, true, 1);
        MatMul(TestDevice.Large, m, n, k, l, false, false, 2);
        MatMul(TestDevice.Large, m, n, k, l, true, false, 3);
    }

    /// <summary>A device with many multiprocessors sums up parts of both depths side by side; a part may have some of each.</summary>
    [Fact]
    public void MatMul_LongDepths_AreSummedInParts()
    {
        GpuDevice gpu = TestDevice.Large;
        DeviceTraits traits = gpu.Traits;
        gpu.Traits = traits with { Multiprocessors = 40 };
        MatMul(gpu, 9, 25, 700, 8, true, true, 1);
        MatMul(gpu, 40, 24, 301, 500, false, false, 2);
        MatMul(gpu, 33, 30, 3, 600, true, false, 3);
        gpu.Traits = traits;
    }

    [Fact]
    public void MatMul_OfTwoTypes_MatchesTheDefinition() =>
        Gen.Select(Extent, Extent, s_depth, s_depth, Gen.Int[0, 4], Gen.Int).Sample(
            static (m, n, k, l, kind, seed) => Narrow(null, m, n, k, l, kind, seed), iter: 2 * Cases, threads: 1);

    [Theory]
    [MemberData(nameof(NarrowSizes))]
    public void MatMul_OnTensorCores_MatchesTheDefinition(int m, int n, int k, int l)
    {
        for (int kind = 0; kind < 5; kind++)
            Narrow(TestDevice.TensorCores, m, n, k, l, kind, kind);
    }

    [Fact]
    public void Epilogue_AnyShape_MatchesTheDefinition() =>
        Gen.Select(Extent, Extent, s_depth, s_depth, Gen.Int).Sample(
            static (m, n, k, l, seed) =>
            {
                Source source = new(seed);
                Matches(
                    new MatMul(TransposeB: true, Epilogue: Scalar.Relu(Scalar.In(0) + Scalar.In(1)), Second: new SecondPair(TransposeB: true)),
                    [Matrix(source, false, m, k), Matrix(source, true, k, n), Matrix(source, false, m, l), Matrix(source, true, l, n), source.Normal(n)],
                    static (gpu, v) => EmittedPairs.LinearPlusLinearAddRelu(gpu, v.In(0), v.In(1), v.In(2), v.In(3), v.In(4), v.Out()), Tolerance);
                Matches(
                    new MatMul(TransposeB: true, Result: DType.BF16, Second: new SecondPair(TransposeB: true)),
                    [Matrix(source, false, m, k).As<BFloat16>(), Matrix(source, true, k, n).As<BFloat16>(), Matrix(source, false, m, l), Matrix(source, true, l, n)],
                    static (gpu, v) => EmittedPairs.LinearBF16PlusLinearToBF16(gpu, v.In<BFloat16>(0), v.In<BFloat16>(1), v.In(2), v.In(3), v.Out<BFloat16>()), BFloat16Step);
            },
            iter: Cases, threads: 1);

    [Fact]
    public void GroupedMatMul_AnyDispatch_MatchesTheDefinition() =>
        Gen.Select(Extent, Extent, s_depth, s_depth, Gen.Int[0, 3], Gen.Int).Sample(
            static (tokens, n, k, l, kind, seed) => Grouped(null, tokens, n, k, l, kind, seed), iter: 2 * Cases, threads: 1);

    [Theory]
    [MemberData(nameof(Sizes))]
    public void GroupedMatMul_OnAGpu_MatchesTheDefinition(int tokens, int n, int k, int l)
    {
        for (int kind = 0; kind < 3; kind++)
            Grouped(TestDevice.Large, Math.Min(tokens, 300), n, k, l, kind, kind + 1);
    }

    [Theory]
    [MemberData(nameof(NarrowSizes))]
    public void GroupedMatMul_OnTensorCores_MatchesTheDefinition(int tokens, int n, int k, int l) => Grouped(TestDevice.TensorCores, tokens, n, k, l, 3, 1);

    [Fact]
    public void GroupedMatMul_OfUnsortedRows_MatchesTheDefinition() =>
        Gen.Select(Gen.Int[0, 12], Extent, s_depth, s_depth, Gen.Int).Sample(
            static (tokens, n, k, l, seed) => Unsorted(tokens, n, k, l, seed), iter: 2 * Cases, threads: 1);

    private static void MatMul(GpuDevice? gpu, int m, int n, int k, int l, bool transposeB, bool secondTransposeB, int seed)
    {
        Source source = new(seed);
        Matches(
            new MatMul(TransposeB: transposeB, Second: new SecondPair(secondTransposeB)),
            [Matrix(source, false, m, k), Matrix(source, transposeB, k, n), Matrix(source, false, m, l), Matrix(source, secondTransposeB, l, n)],
            (transposeB, secondTransposeB) switch
            {
                (true, true) => static (gpu, v) => EmittedPairs.LinearPlusLinear(gpu, v.In(0), v.In(1), v.In(2), v.In(3), v.Out()),
                (true, false) => static (gpu, v) => EmittedPairs.LinearPlusMatMul(gpu, v.In(0), v.In(1), v.In(2), v.In(3), v.Out()),
                _ => static (gpu, v) => EmittedPairs.MatMulPlusMatMul(gpu, v.In(0), v.In(1), v.In(2), v.In(3), v.Out()),
            },
            Tolerance, device: gpu);
    }

    /// <summary>A pair of 16 bits and one of floats in three layouts, and two pairs of 16 bits in two.</summary>
    private static void Narrow(GpuDevice? gpu, int m, int n, int k, int l, int kind, int seed)
    {
        Source source = new(seed);
        (bool transposeB, bool secondTransposeB, bool areBoth) = kind switch
        {
            0 => (true, true, false), 1 => (false, false, false), 2 => (true, false, false), 3 => (true, true, true), _ => (false, true, true),
        };
        TestTensor u = Matrix(source, false, m, l), b = Matrix(source, secondTransposeB, l, n);
        Matches(
            new MatMul(TransposeB: transposeB, Second: new SecondPair(secondTransposeB)),
            [
                Matrix(source, false, m, k).As<BFloat16>(), Matrix(source, transposeB, k, n).As<BFloat16>(),
                areBoth ? u.As<BFloat16>() : u, areBoth ? b.As<BFloat16>() : b,
            ],
            kind switch
            {
                0 => static (gpu, v) => EmittedPairs.LinearBF16PlusLinear(gpu, v.In<BFloat16>(0), v.In<BFloat16>(1), v.In(2), v.In(3), v.Out()),
                1 => static (gpu, v) => EmittedPairs.MatMulBF16PlusMatMul(gpu, v.In<BFloat16>(0), v.In<BFloat16>(1), v.In(2), v.In(3), v.Out()),
                2 => static (gpu, v) => EmittedPairs.LinearBF16PlusMatMul(gpu, v.In<BFloat16>(0), v.In<BFloat16>(1), v.In(2), v.In(3), v.Out()),
                3 => static (gpu, v) => EmittedPairs.LinearBF16PlusLinearBF16(gpu, v.In<BFloat16>(0), v.In<BFloat16>(1), v.In<BFloat16>(2), v.In<BFloat16>(3), v.Out()),
                _ => static (gpu, v) => EmittedPairs.MatMulBF16PlusLinearBF16(gpu, v.In<BFloat16>(0), v.In<BFloat16>(1), v.In<BFloat16>(2), v.In<BFloat16>(3), v.Out()),
            },
            Tolerance, device: gpu);
    }

    private static void Grouped(GpuDevice? gpu, int tokens, int n, int k, int l, int kind, int seed)
    {
        Source source = new(seed);
        (TestTensor order, TestTensor offsets, int experts) = Dispatched(source, tokens, seed);
        (bool gathers, bool secondGathers, bool transposeB, bool secondTransposeB) = kind switch
        {
            1 => (false, true, false, false), 2 => (true, true, true, false), _ => (true, false, true, true),
        };
        TestTensor x = Matrix(source, false, gathers ? tokens : order.Shape[0], k), w = Matrix(source, transposeB, k, n, experts);
        Matches(
            new GroupedMatMul(gathers, transposeB, Second: new SecondPair(secondTransposeB, secondGathers)),
            [
                kind == 3 ? x.As<BFloat16>() : x, kind == 3 ? w.As<BFloat16>() : w, order, offsets,
                Matrix(source, false, secondGathers ? tokens : order.Shape[0], l), Matrix(source, secondTransposeB, l, n, experts),
            ],
            kind switch
            {
                0 => static (gpu, v) => EmittedPairs.GatherGroupedLinearPlusGroupedLinear(gpu, v.In(0), v.In(1), v.Indices(2), v.Indices(3), v.In(4), v.In(5), v.Out()),
                1 => static (gpu, v) => EmittedPairs.GroupedMatMulPlusGatherGroupedMatMul(gpu, v.In(0), v.In(1), v.Indices(2), v.Indices(3), v.In(4), v.In(5), v.Out()),
                2 => static (gpu, v) => EmittedPairs.GatherGroupedLinearPlusGatherGroupedMatMul(gpu, v.In(0), v.In(1), v.Indices(2), v.Indices(3), v.In(4), v.In(5), v.Out()),
                _ => static (gpu, v) => EmittedPairs.GatherGroupedLinearBF16PlusGroupedLinear(
                    gpu, v.In<BFloat16>(0), v.In<BFloat16>(1), v.Indices(2), v.Indices(3), v.In(4), v.In(5), v.Out()),
            },
            Tolerance, device: gpu);
    }

    /// <summary>Rows that are pairs of a token and a slot, by themselves and added up.</summary>
    private static void Unsorted(int tokens, int n, int k, int l, int seed)
    {
        Source source = new(seed);
        const int Experts = 5, Slots = 2;
        TestTensor experts = source.Slots(tokens, Slots, Experts + 1);
        TestTensor x = Matrix(source, false, tokens, k), rows = Matrix(source, false, Slots * tokens, k), u = Matrix(source, false, Slots * tokens, l);
        TestTensor w = Matrix(source, true, k, n, Experts), b = Matrix(source, true, l, n, Experts);
        Matches(
            new PairProduct(true, true, Second: true), [x, w, experts, u, b],
            static (gpu, v) => EmittedPairs.GatherGroupedLinearPlusGroupedLinearUnsorted(gpu, v.In(0), v.In(1), v.In(3), v.In(4), v.Indices(2), v.Out()), Tolerance);
        Matches(
            new PairProduct(false, true, IsCombined: true, Second: true), [rows, w, experts, u, b, source.Normal(tokens, Slots)],
            static (gpu, v) => EmittedPairs.GroupedLinearPlusGroupedLinearCombine(gpu, v.In(0), v.In(1), v.In(3), v.In(4), v.Indices(2), v.In(5), v.Out()), Tolerance);
    }
}
