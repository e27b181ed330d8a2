using CsCheck;
using MoECompiler.Graphs;
using MoECompiler.Ops;
using Xunit;
using static MoECompiler.Tests.ProductTesting;

namespace MoECompiler.Tests.Ops;

/// <summary>
/// Products, tables and formulas of 16-bit floats: near to the definition on rounded operands, and the very bits that the same kernel gives
/// for those operands as 32-bit floats, rounded where the result has 16 bits.
/// </summary>
public unsafe class NarrowProductTests : OpTest
{
    /// <summary>For up to 70 products of N(0, 1) summed in 32 bits.</summary>
    private const double Sums = 1e-5;

    private readonly struct SiluPlus(View<float> bias) : IEpilogue
    {
        private readonly PerColumn _bias = new(bias);

        public V Apply<V>(V sum, long row, int column) where V : unmanaged, ILanes<V> => Lane.Silu(sum + _bias.At<V>(row, column));
    }

    private readonly struct Product : IFormula2
    {
        public V Apply<V>(V a, V b) where V : unmanaged, ILanes<V> => a * b;
    }

    /// <summary>The kernel and the definition may round to neighbours: 1 in the last of 11 or 8 bits.</summary>
    private static double LastBit<T>() => typeof(T) == typeof(Half) ? Math.ScaleB(1, -10) : Math.ScaleB(1, -7);

    [Fact]
    public void MatMul_OfHalves_IsNearTheReference() => NearTheReference<Half>();

    [Fact]
    public void MatMul_OfBFloat16_IsNearTheReference() => NearTheReference<BFloat16>();

    private static void NearTheReference<T>() where T : unmanaged =>
        Gen.Select(Gen.Int[0, 50], Gen.Int[0, 70], Gen.Int[0, 70], Gen.Bool, Gen.Bool, Gen.Int).Sample(
            static (rows, columns, depth, transposeA, transposeB, seed) =>
            {
                Source source = new(seed);
                TestTensor a = (transposeA ? source.Normal(depth, rows) : source.Normal(rows, depth)).As<T>();
                TestTensor b = (transposeB && !transposeA ? source.Normal(columns, depth) : source.Normal(depth, columns)).As<T>();
                MatMul op = new(transposeA, transposeB && !transposeA);
                Matches(op, [a, b], (cpu, v) => Kernels.MatMul(cpu, v.In<T>(0), v.In<T>(1), v.Out(), op.TransposeA, op.TransposeB), Sums);

                MatMul fused = op with { Epilogue = Scalar.Silu(Scalar.In(0) + Scalar.In(1)), Result = TestTensor.Of<T>() };
                Matches(
                    fused, [a, b, source.Normal(columns)],
                    (cpu, v) => Kernels.MatMul(cpu, v.In<T>(0), v.In<T>(1), v.Out<T>(), op.TransposeA, op.TransposeB, new SiluPlus(v.In(2))),
                    Sums + LastBit<T>());
            },
            iter: Cases);

    [Fact]
    public void MatMul_OfHalves_HasTheBitsOfFloats() => HasTheBitsOfFloats<Half>();

    [Fact]
    public void MatMul_OfBFloat16_HasTheBitsOfFloats() => HasTheBitsOfFloats<BFloat16>();

    private static void HasTheBitsOfFloats<T>() where T : unmanaged
    {
        Gen.Select(Gen.Int[0, 50], Gen.Int[0, 70], Gen.Int[0, 60], Gen.Bool, Gen.Bool, Gen.Bool).Sample(SameBits<T>, iter: 200);
        (int, int, int)[] larger = [(1, 999, 523), (251, 65, 257), (400, 33, 100), (37, 700, 1), (23, 31, 1_100), (7, 2_100, 300)];
        foreach ((int rows, int columns, int depth) in larger)
        {
            foreach (bool two in (bool[])[false, true])
            {
                SameBits<T>(rows, columns, depth, false, false, two);
                SameBits<T>(rows, columns, depth, false, true, two);
                SameBits<T>(rows, columns, depth, true, false, two);
            }
        }
    }

    private static void SameBits<T>(int rows, int columns, int depth, bool transposeA, bool transposeB, bool two) where T : unmanaged
    {
        CpuDevice cpu = two ? TwoThreads : OneThread;
        View<T> a = Rounded<T>(cpu, transposeA ? Random(cpu, 1, depth, rows) : Random(cpu, 1, rows, depth));
        View<T> b = Rounded<T>(cpu, transposeB ? Random(cpu, 2, columns, depth) : Random(cpu, 2, depth, columns));
        View<float> bias = Random(cpu, 3, columns);
        View<float> y = Garbage(cpu, rows, columns), expected = Garbage(cpu, rows, columns);
        View<T> stored = cpu.New<T>(rows, columns);

        Kernels.MatMul(cpu, a, b, y, transposeA, transposeB);
        Kernels.MatMul(cpu, Widened(cpu, a), Widened(cpu, b), expected, transposeA, transposeB);
        Assert.Equal(-1, FirstDifference(expected.Span, y.Span));

        Kernels.MatMul(cpu, a, b, stored, transposeA, transposeB, new SiluPlus(bias));
        Kernels.MatMul(cpu, a, b, expected, transposeA, transposeB, new SiluPlus(bias));
        Assert.Equal(Rounded<T>(cpu, expected).ToArray(), stored.ToArray());
    }

    [Fact]
    public void GroupedProducts_OfHalves_HaveTheBitsOfFloats() => GroupedBits<Half>();

    [Fact]
    public void GroupedProducts_OfBFloat16_HaveTheBitsOfFloats() => GroupedBits<BFloat16>();

    private static void GroupedBits<T>() where T : unmanaged => Gen
        .Select(Gen.Select(Gen.Int[0, 1_000], Gen.Int[0, 60], Gen.Int[1, 4], Gen.Int[1, 9]), Gen.Int[1, 70], Gen.Int[1, 40], Gen.Bool, Gen.Bool, Gen.Bool)
        .Sample(
            static (d, columns, depth, gather, transposeB, two) =>
            {
                (int seed, int tokens, int slots, int experts) = d;
                CpuDevice cpu = two ? TwoThreads : OneThread;
                RandomDispatch dispatch = new(cpu, seed, tokens, slots, experts, dropped: 0.1);
                View<T> x = Rounded<T>(cpu, Random(cpu, 1, gather ? tokens : dispatch.Rows, depth));
                View<T> w = Rounded<T>(cpu, transposeB ? Random(cpu, 2, experts, columns, depth) : Random(cpu, 2, experts, depth, columns));
                View<float> y = Garbage(cpu, dispatch.Rows, columns), expected = Garbage(cpu, dispatch.Rows, columns);
                View<T> stored = cpu.New<T>(dispatch.Rows, columns);
                Kernels.GroupedMatMul(cpu, x, w, dispatch.Order, dispatch.Offsets, y, gather, transposeB);
                Kernels.GroupedMatMul(cpu, Widened(cpu, x), Widened(cpu, w), dispatch.Order, dispatch.Offsets, expected, gather, transposeB);
                Assert.Equal(-1, FirstDifference(expected.Span, y.Span));
                Kernels.GroupedMatMul(cpu, x, w, dispatch.Order, dispatch.Offsets, stored, gather, transposeB);
                Assert.Equal(Rounded<T>(cpu, expected).ToArray(), stored.ToArray());

                View<T> dy = Rounded<T>(cpu, Random(cpu, 3, dispatch.Rows, columns));
                int[] shape = transposeB ? [experts, columns, depth] : [experts, depth, columns];
                View<float> dw = Garbage(cpu, shape), slopes = Garbage(cpu, shape);
                Kernels.GroupedWeightGradient(cpu, x, dy, dispatch.Order, dispatch.Offsets, dw, gather, transposeB);
                Kernels.GroupedWeightGradient(cpu, Widened(cpu, x), Widened(cpu, dy), dispatch.Order, dispatch.Offsets, slopes, gather, transposeB);
                Assert.Equal(-1, FirstDifference(slopes.Span, dw.Span));
            },
            iter: 100);

    [Fact]
    public void GroupedProducts_AreNearTheReference()
    {
        Check<Half>(17);
        Check<BFloat16>(18);

        static void Check<T>(int seed) where T : unmanaged
        {
            Source source = new(seed);
            TestTensor[] order = [TestTensor.I32([6], 4, 0, 3, 1, 5, -1), TestTensor.I32([4], 0, 2, 2, 5)];
            TestTensor x = source.Normal(3, 21).As<T>(), w = source.Normal(3, 17, 21).As<T>(), dy = source.Normal(6, 17).As<T>();
            Matches(
                new GroupedMatMul(GatherRows: true, TransposeB: true, Result: TestTensor.Of<T>()), [x, w, .. order],
                static (cpu, v) => Kernels.GroupedMatMul(cpu, v.In<T>(0), v.In<T>(1), v.Indices(2), v.Indices(3), v.Out<T>(), GatherRows: true, TransposeB: true),
                Sums + LastBit<T>());
            Matches(
                new GroupedWeightGradient(GatherRows: true, TransposeB: true), [x, dy, .. order],
                static (cpu, v) => Kernels.GroupedWeightGradient(cpu, v.In<T>(0), v.In<T>(1), v.Indices(2), v.Indices(3), v.Out(), GatherRows: true, TransposeB: true),
                Sums);
        }
    }

    [Fact]
    public void Gather_OfAStoredTable_Widens() => Gen.Select(Gen.Int[1, 20], Extent, Extent, Gen.Int).Sample(
        static (rows, columns, count, seed) =>
        {
            Source source = new(seed);
            (TestTensor table, TestTensor indices) = (source.Normal(rows, columns), source.Indices(rows, count));
            Matches(new Gather(), [table.As<Half>(), indices], static (cpu, v) => Kernels.Gather(cpu, v.In<Half>(0), v.Indices(1), v.Out()), 0);
            Matches(new Gather(), [table.As<BFloat16>(), indices], static (cpu, v) => Kernels.Gather(cpu, v.In<BFloat16>(0), v.Indices(1), v.Out()), 0);
        },
        iter: Cases);

    [Fact]
    public void Elementwise_WithAStoredResult_RoundsIt() => ForMatrices(static (rows, columns, seed) =>
    {
        Source source = new(seed);
        TestTensor[] given = [source.Normal(rows, columns), source.Normal(columns)];
        Elementwise op = new(Scalar.In(0) * Scalar.In(1));
        // A product of floats rounds to the same 16 bits as the exact one, but where it lies on a tie.
        Matches(op with { Result = DType.F16 }, given, static (cpu, v) => Kernels.Elementwise(cpu, v.In(0), v.In(1), v.Out<Half>(), default(Product)), LastBit<Half>());
        Matches(op with { Result = DType.BF16 }, given, static (cpu, v) => Kernels.Elementwise(cpu, v.In(0), v.In(1), v.Out<BFloat16>(), default(Product)), LastBit<BFloat16>());
    });

    [Fact]
    public void Norms_WithAStoredResult_RoundIt() => ForMatrices(static (rows, columns, seed) =>
    {
        Source source = new(seed);
        TestTensor[] given = [source.Uniform(-2, 5, rows, columns), source.Normal(columns), source.Normal(columns)];
        MoECompiler.Ops.RmsNorm rms = new(0.05f);
        MoECompiler.Ops.LayerNorm layer = new(0.05f);
        Matches(rms with { Result = DType.F16 }, given[..2], static (cpu, v) => Kernels.RmsNorm(cpu, v.In(0), v.In(1), v.Out<Half>(), Epsilon: 0.05f), LastBit<Half>());
        Matches(rms with { Result = DType.BF16 }, given[..2], static (cpu, v) => Kernels.RmsNorm(cpu, v.In(0), v.In(1), v.Out<BFloat16>(), Epsilon: 0.05f), LastBit<BFloat16>());
        Matches(layer with { Result = DType.F16 }, given, static (cpu, v) => Kernels.LayerNorm(cpu, v.In(0), v.In(1), v.In(2), v.Out<Half>(), Epsilon: 0.05f), LastBit<Half>());
        Matches(layer with { Result = DType.BF16 }, given, static (cpu, v) => Kernels.LayerNorm(cpu, v.In(0), v.In(1), v.In(2), v.Out<BFloat16>(), Epsilon: 0.05f), LastBit<BFloat16>());
    });

    private static View<T> Rounded<T>(CpuDevice cpu, View<float> view) where T : unmanaged
    {
        View<T> rounded = cpu.New<T>(view.Extents.ToArray());
        Kernels.Round(cpu, view, rounded);
        return rounded;
    }

    private static View<float> Widened<T>(CpuDevice cpu, View<T> view) where T : unmanaged
    {
        View<float> widened = cpu.New<float>(view.Extents.ToArray());
        Kernels.Widen(cpu, view, widened);
        return widened;
    }
}
