using CsCheck;
using MoECompiler.Graphs;
using MoECompiler.Ops;
using MoECompiler.Tests.Ops;
using Xunit;

namespace MoECompiler.Gpu.Tests.Ops;

/// <summary>The emitted kernels of products with a matrix in 4 bits, against the definition on what its codes stand for.</summary>
public sealed class QuantizedProductTests : GpuOpTest
{
    private const double Tolerance = 1e-5;

    /// <summary>Rows within a block and a word, and beyond one.</summary>
    private static readonly Gen<int> s_depth = Gen.Int[0, TestDevice.IsSimulated ? 9 : 140];

    public static TheoryData<int, int, int> TileSizes => TestDevice.IsSimulated
        ? new() { { 5, 10, 37 }, { 11, 8, 70 } }
        : new() { { 1, 1, 1 }, { 33, 40, 17 }, { 5, 7, 0 }, { 61, 16, 20 }, { 64, 29, 4 }, { 120, 60, 130 }, { 128, 124, 12 }, { 300, 200, 70 }, { 3, 64, 1_000 }, { 20, 21, 1_000 } };

    [Fact]
    public void MatMul_AnyShape_MatchesTheDefinition() =>
        Gen.Select(Extent, Extent, s_depth, Gen.Bool, Gen.Int).Sample(static (m, n, k, b, seed) => Product(null, m, n, k, b, seed), iter: Cases, threads: 1);

    [Theory]
    [MemberData(nameof(TileSizes))]
    public void MatMul_OnAGpu_MatchesTheDefinition(int m, int n, int k)
    {
        Product(TestDevice.Large, m, n, k, false, 1);
        Product(TestDevice.Large, m, n, k, true, 2);
    }

    [Fact]
    public void MatMul_LongDepth_IsSummedInParts()
    {
        GpuDevice gpu = TestDevice.Large;
        DeviceTraits traits = gpu.Traits;
        gpu.Traits = traits with { Multiprocessors = 40 };
        Product(gpu, 40, 24, 700, false, 1);
        Product(gpu, 40, 24, 700, true, 2);
        gpu.Traits = traits;
    }

    [Fact]
    public void GroupedMatMul_AnyDispatch_MatchesTheDefinition() =>
        Gen.Select(Extent, Extent, s_depth, Gen.Bool, Gen.Bool, Gen.Int).Sample(
            static (tokens, n, k, gather, b, seed) => Grouped(null, tokens, n, k, gather, b, seed), iter: Cases, threads: 1);

    [Theory]
    [MemberData(nameof(TileSizes))]
    public void GroupedMatMul_OnAGpu_MatchesTheDefinition(int tokens, int n, int k)
    {
        Grouped(TestDevice.Large, tokens, n, k, true, true, 1);
        Grouped(TestDevice.Large, tokens, n, k, false, false, 2);
    }

    [Fact]
    public void GroupedMatMul_OfUnsortedRows_MatchesTheDefinition() =>
        Gen.Select(Gen.Int[0, 12], Extent, s_depth, Gen.Bool, Gen.Bool, Gen.Int).Sample(
            static (tokens, n, k, gather, b, seed) => Unsorted(null, tokens, n, k, gather, b, seed), iter: Cases, threads: 1);

    [Fact]
    public void Convert_AnyMatrices_IsWhatTheProcessorReads() =>
        Gen.Select(Extent, Extent, Gen.Int[1, 3], Gen.Int).Sample(
            static (rows, columns, matrices, seed) =>
            {
                if (rows * columns == 0)
                    return;
                Quantized w = new(new Source(seed), matrices, rows, columns);
                Extents extents = new(matrices, rows, columns);
                View<float> y = TestDevice.Instance.Allocate(extents.Count * sizeof(float)).View<float>(extents);
                GpuKernels.Convert(TestDevice.Instance, w.On(TestDevice.Instance), y);
                Assert.Equal(w.Tensor.Floats, y.ToArray());
            },
            iter: Cases, threads: 1);

    private static void Product(GpuDevice? gpu, int m, int n, int k, bool transposeB, int seed)
    {
        Source source = new(seed);
        TestTensor a = source.Uniform(-0.3f, 0.3f, m, k);
        Quantized w = transposeB ? new(source, n, k) : new(source, k, n);
        Matches(
            new MatMul(TransposeB: transposeB), [a, w.Tensor],
            transposeB
                ? (gpu, v) => EmittedQuantizedProducts.LinearNF4(gpu, v.In(0), w.On(gpu), v.Out())
                : (gpu, v) => EmittedQuantizedProducts.MatMulNF4(gpu, v.In(0), w.On(gpu), v.Out()),
            Tolerance, device: gpu);
        if (!transposeB)
            return;
        Matches(
            new MatMul(TransposeB: true, Epilogue: Scalar.Relu(Scalar.In(0) + Scalar.In(1))), [a, w.Tensor, source.Normal(n)],
            (gpu, v) => EmittedQuantizedProducts.LinearNF4AddRelu(gpu, v.In(0), w.On(gpu), v.In(2), v.Out()), Tolerance, device: gpu);
        Matches(
            new MatMul(TransposeB: true, Second: new SecondPair(true)), [a, w.Tensor, source.Normal(m, 4), source.Normal(n, 4)],
            (gpu, v) => EmittedQuantizedProducts.LinearNF4PlusLinear(gpu, v.In(0), w.On(gpu), v.In(2), v.In(3), v.Out()), Tolerance, device: gpu);
    }

    private static void Grouped(GpuDevice? gpu, int tokens, int n, int k, bool gather, bool transposeB, int seed)
    {
        Source source = new(seed);
        const int experts = 5, slots = 2;
        IReadOnlyDictionary<string, MoECompiler.Reference.ReferenceTensor> dispatch = Define(new Dispatch(experts, null), [source.Choices(tokens, slots, experts)]).Values;
        TestTensor order = Integers(dispatch["y0"]), offsets = Integers(dispatch["y1"]);
        Quantized w = transposeB ? new(source, experts, n, k) : new(source, experts, k, n);
        Matches(
            new GroupedMatMul(gather, transposeB), [source.Uniform(-0.3f, 0.3f, gather ? tokens : tokens * slots, k), w.Tensor, order, offsets],
            (gather, transposeB) switch
            {
                (false, false) => (gpu, v) => EmittedQuantizedProducts.GroupedMatMulNF4(gpu, v.In(0), w.On(gpu), v.Indices(3), v.Out()),
                (false, true) => (gpu, v) => EmittedQuantizedProducts.GroupedLinearNF4(gpu, v.In(0), w.On(gpu), v.Indices(3), v.Out()),
                (true, false) => (gpu, v) => EmittedQuantizedProducts.GatherGroupedMatMulNF4(gpu, v.In(0), w.On(gpu), v.Indices(2), v.Indices(3), v.Out()),
                _ => (gpu, v) => EmittedQuantizedProducts.GatherGroupedLinearNF4(gpu, v.In(0), w.On(gpu), v.Indices(2), v.Indices(3), v.Out()),
            },
            Tolerance, device: gpu);
        if (!gather || !transposeB)
            return;
        Matches(
            new GroupedMatMul(gather, transposeB, Second: new SecondPair(true)),
            [source.Uniform(-0.3f, 0.3f, tokens, k), w.Tensor, order, offsets, source.Normal(tokens * slots, 4), source.Normal(experts, n, 4)],
            (gpu, v) => EmittedQuantizedProducts.GatherGroupedLinearNF4PlusGroupedLinear(
                gpu, v.In(0), w.On(gpu), v.Indices(2), v.Indices(3), v.In(4), v.In(5), v.Out()),
            Tolerance, device: gpu);
    }

    private static void Unsorted(GpuDevice? gpu, int tokens, int n, int k, bool gather, bool transposeB, int seed)
    {
        Source source = new(seed);
        const int count = 5, slots = 2;
        TestTensor experts = source.Slots(tokens, slots, count), x = source.Uniform(-0.3f, 0.3f, gather ? tokens : tokens * slots, k);
        Quantized w = transposeB ? new(source, count, n, k) : new(source, count, k, n);
        Matches(
            new PairProduct(gather, transposeB), [x, w.Tensor, experts],
            (gather, transposeB) switch
            {
                (false, false) => (gpu, v) => EmittedQuantizedProducts.GroupedMatMulNF4Unsorted(gpu, v.In(0), w.On(gpu), v.Indices(2), v.Out()),
                (false, true) => (gpu, v) => EmittedQuantizedProducts.GroupedLinearNF4Unsorted(gpu, v.In(0), w.On(gpu), v.Indices(2), v.Out()),
                (true, false) => (gpu, v) => EmittedQuantizedProducts.GatherGroupedMatMulNF4Unsorted(gpu, v.In(0), w.On(gpu), v.Indices(2), v.Out()),
                _ => (gpu, v) => EmittedQuantizedProducts.GatherGroupedLinearNF4Unsorted(gpu, v.In(0), w.On(gpu), v.Indices(2), v.Out()),
            },
            Tolerance, device: gpu);
        if (gather)
            return;
        Matches(
            new PairProduct(gather, transposeB, IsCombined: true), [x, w.Tensor, experts, source.Normal(tokens, slots)],
            transposeB
                ? (gpu, v) => EmittedQuantizedProducts.GroupedLinearNF4Combine(gpu, v.In(0), w.On(gpu), v.Indices(2), v.In(3), v.Out())
                : (gpu, v) => EmittedQuantizedProducts.GroupedMatMulNF4Combine(gpu, v.In(0), w.On(gpu), v.Indices(2), v.In(3), v.Out()),
            Tolerance, device: gpu);
    }

    /// <summary>Matrices of N(0, 1) in 4 bits, on whichever device they are asked for.</summary>
    private sealed class Quantized
    {
        private static readonly CpuDevice s_cpu = new(1);

        private readonly Dictionary<GpuDevice, Nf4View> _views = [];
        private readonly float[] _numbers;
        private readonly Extents _extents;

        public Quantized(Source source, params int[] extents)
        {
            _extents = new Extents(extents);
            _numbers = source.Normal(extents).Floats;
            Tensor = TestTensor.F32(extents, ((FloatView)New(s_cpu)).ToArray());
        }

        /// <summary>What the codes stand for.</summary>
        public TestTensor Tensor { get; }

        public Nf4View On(GpuDevice gpu)
        {
            if (!_views.TryGetValue(gpu, out Nf4View view))
            {
                view = New(gpu);
                _views.Add(gpu, view);
            }
            return view;
        }

        private Nf4View New(Device device)
        {
            Nf4View view = new(device.Allocate(Math.Max(16, Nf4View.BytesOf(_extents))), 0, _extents);
            ((FloatView)view).CopyFrom(_numbers);
            return view;
        }
    }
}
