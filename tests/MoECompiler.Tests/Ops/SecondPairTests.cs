using CsCheck;
using MoECompiler.Ops;
using Xunit;
using static MoECompiler.Tests.ProductTesting;

namespace MoECompiler.Tests.Ops;

/// <summary>Products whose sums go on over a second pair of operands.</summary>
public unsafe class SecondPairTests : OpTest
{
    /// <summary>For up to 140 products of N(0, 1) summed in 32 bits; more of more.</summary>
    private const double Sums = 1e-5;

    private readonly struct SiluPlus(View<float> bias) : IEpilogue
    {
        private readonly PerColumn _bias = new(bias);

        public V Apply<V>(V sum, long row, int column) where V : unmanaged, ILanes<V> => Lane.Silu(sum) + _bias.At<V>(row, column);
    }

    private static readonly Gen<(bool First, bool Second)> s_transposes = Gen.Select(Gen.Bool, Gen.Bool);

    [Fact]
    public void MatMul_AnyShape_MatchesTheDefinition() =>
        Gen.Select(Gen.Int[0, 50], Gen.Int[0, 70], Gen.Int[0, 70], Gen.Int[0, 70], s_transposes, Gen.Int).Sample(
            static (rows, columns, depth, second, transposes, seed) => MatMul<float, float>(rows, columns, depth, second, transposes, seed), iter: 4 * Cases);

    [Fact]
    public void MatMul_OfTwoTypes_MatchesTheDefinition() =>
        Gen.Select(Gen.Int[0, 50], Gen.Int[0, 70], Gen.Int[0, 70], Gen.Int[0, 20], s_transposes, Gen.Int).Sample(
            static (rows, columns, depth, second, transposes, seed) =>
            {
                MatMul<BFloat16, float>(rows, columns, depth, second, transposes, seed);
                MatMul<Half, Half>(rows, columns, depth, second, transposes, seed);
            },
            iter: Cases);

    /// <summary>Blocks of rows and of depth, with a piece of the depth that both pairs have a share of; few rows, whose second operand is read in place.</summary>
    [Theory]
    [InlineData(400, 65, 250, 20)]
    [InlineData(33, 40, 300, 300)]
    [InlineData(7, 200, 40, 9)]
    [InlineData(1, 130, 17, 8)]
    [InlineData(300, 9, 70, 8)]
    public void MatMul_LargerThanABlock_MatchesTheDefinition(int rows, int columns, int depth, int second)
    {
        foreach ((bool, bool) transposes in (ReadOnlySpan<(bool, bool)>)[(false, false), (false, true), (true, false), (true, true)])
        {
            MatMul<float, float>(rows, columns, depth, second, transposes, 1);
            MatMul<BFloat16, float>(rows, columns, depth, second, transposes, 2);
        }
    }

    /// <summary>What an adapter is before it is trained.</summary>
    [Fact]
    public void MatMul_SecondPairOfZeroes_ChangesNoBit() =>
        Gen.Select(Gen.Int[1, 50], Gen.Int[1, 70], Gen.Int[1, 300], Gen.Int[1, 20], Gen.Bool, Gen.Int).Sample(
            static (rows, columns, depth, second, transposeB, seed) =>
            {
                View<float> a = Random(TwoThreads, seed, rows, depth), u = Random(TwoThreads, seed + 1, rows, second);
                View<float> b = transposeB ? Random(TwoThreads, seed + 2, columns, depth) : Random(TwoThreads, seed + 2, depth, columns);
                View<float> zeroes = transposeB ? TwoThreads.New<float>(columns, second) : TwoThreads.New<float>(second, columns);
                View<float> alone = Garbage(TwoThreads, rows, columns), joined = Garbage(TwoThreads, rows, columns);
                Kernels.MatMul(TwoThreads, a, b, alone, TransposeA: false, transposeB);
                Kernels.MatMul(TwoThreads, a, b, u, zeroes, joined, TransposeA: false, transposeB, transposeB);
                Assert.Equal(-1, FirstDifference(alone.Span, joined.Span));
            },
            iter: Cases, threads: 1);

    /// <summary>One chain in the order of both depths: the product of both pairs as one.</summary>
    [Fact]
    public void MatMul_TwoPairs_HasTheBitsOfOneOfBothDepths() =>
        Gen.Select(Gen.Int[1, 50], Gen.Int[13, 70], Gen.Int[0, 300], Gen.Int[0, 300], Gen.Int).Sample(
            static (rows, columns, depth, second, seed) =>
            {
                View<float> a = Random(TwoThreads, seed, rows, depth), u = Random(TwoThreads, seed + 1, rows, second), both = TwoThreads.New<float>(rows, depth + second);
                View<float> lines = Random(TwoThreads, seed + 2, depth + second, columns);
                for (int row = 0; row < rows; row++)
                {
                    a.Span.Slice(row * depth, depth).CopyTo(both.Span[(row * (depth + second))..]);
                    u.Span.Slice(row * second, second).CopyTo(both.Span[(row * (depth + second) + depth)..]);
                }
                View<float> one = Garbage(TwoThreads, rows, columns), two = Garbage(TwoThreads, rows, columns);
                Kernels.MatMul(TwoThreads, both, lines, one, TransposeA: false, TransposeB: false);
                Kernels.MatMul(
                    TwoThreads, a, lines.Part(0, new Extents(depth, columns)), u, lines.Part((long)depth * columns, new Extents(second, columns)), two, false, false, false);
                Assert.Equal(-1, FirstDifference(one.Span, two.Span));
            },
            iter: Cases, threads: 1);

    [Fact]
    public void GroupedMatMul_AnyDispatch_MatchesTheDefinition() =>
        Gen.Select(Gen.Select(Gen.Int[0, 40], Gen.Int[1, 3], Gen.Int[1, 6]), Gen.Int[1, 70], Gen.Int[0, 40], Gen.Int[0, 20], s_transposes, s_transposes, Gen.Int).Sample(
            static (routing, columns, depth, second, gathers, transposes, seed) =>
            {
                Grouped<float, float>(routing, columns, depth, second, gathers, transposes, seed);
                Grouped<BFloat16, float>(routing, columns, depth, second, gathers, transposes, seed);
            },
            iter: 2 * Cases);

    private static void MatMul<T, TSecond>(int rows, int columns, int depth, int second, (bool First, bool Second) transposes, int seed)
        where T : unmanaged
        where TSecond : unmanaged
    {
        Source source = new(seed);
        TestTensor[] operands =
        [
            source.Normal(rows, depth).As<T>(), Weights(source, transposes.First, depth, columns).As<T>(),
            source.Normal(rows, second).As<TSecond>(), Weights(source, transposes.Second, second, columns).As<TSecond>(),
        ];
        MatMul op = new(TransposeB: transposes.First, Second: new SecondPair(transposes.Second));
        double tolerance = Sums * Math.Max(1, (depth + second) / 70);
        Matches(
            op, operands,
            (cpu, v) => Kernels.MatMul(cpu, v.In<T>(0), v.In<T>(1), v.In<TSecond>(2), v.In<TSecond>(3), v.Out(), false, transposes.First, transposes.Second), tolerance);
        Matches(
            op with { Epilogue = Scalar.Silu(Scalar.In(0)) + Scalar.In(1) }, [.. operands, source.Normal(columns)],
            (cpu, v) => Kernels.MatMul(
                cpu, v.In<T>(0), v.In<T>(1), v.In<TSecond>(2), v.In<TSecond>(3), v.Out(), false, transposes.First, transposes.Second, new SiluPlus(v.In(4))), tolerance);
    }

    private static void Grouped<T, TSecond>(
        (int Tokens, int Slots, int Experts) routing, int columns, int depth, int second, (bool First, bool Second) gathers, (bool First, bool Second) transposes, int seed)
        where T : unmanaged
        where TSecond : unmanaged
    {
        Source source = new(seed);
        RandomDispatch dispatch = new(OneThread, seed, routing.Tokens, routing.Slots, routing.Experts, dropped: 0.2);
        TestTensor[] operands =
        [
            source.Normal(gathers.First ? routing.Tokens : dispatch.Rows, depth).As<T>(), Weights(source, transposes.First, depth, columns, routing.Experts).As<T>(),
            TestTensor.I32([dispatch.Rows], dispatch.Order.Span.ToArray()), TestTensor.I32([routing.Experts + 1], dispatch.Offsets.Span.ToArray()),
            source.Normal(gathers.Second ? routing.Tokens : dispatch.Rows, second).As<TSecond>(),
            Weights(source, transposes.Second, second, columns, routing.Experts).As<TSecond>(), source.Normal(columns),
        ];
        Matches(
            new GroupedMatMul(gathers.First, transposes.First, Scalar.Silu(Scalar.In(0)) + Scalar.In(1), Second: new SecondPair(transposes.Second, gathers.Second)), operands,
            (cpu, v) => Kernels.GroupedMatMul(
                cpu, v.In<T>(0), v.In<T>(1), v.Indices(2), v.Indices(3), v.In<TSecond>(4), v.In<TSecond>(5), v.Out(), gathers.First, transposes.First, Slots: 0,
                gathers.Second, transposes.Second, new SiluPlus(v.In(6))),
            Sums);
    }

    private static TestTensor Weights(Source source, bool isTransposed, int depth, int columns, int experts = 0)
    {
        int[] shape = isTransposed ? [columns, depth] : [depth, columns];
        return source.Normal(experts == 0 ? shape : [experts, .. shape]);
    }
}
