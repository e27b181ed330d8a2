using MoECompiler.Ops;
using Xunit;

namespace MoECompiler.Tests;

public unsafe class SixteenLanesTests
{
    /// <summary>What a machine without AVX-512, without AVX or without vectors computes is what this one does.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(1_000)]
    public void RowStatistics_EachRegisterWidth_GivesTheSameBits(int count)
    {
        float[] x = new float[count];
        Distributions.FillNormal(new RandomState(1, 0), 0, x);
        float[] expected = Statistics<Lanes16>(x);
        Assert.Equal(expected, Statistics<Pair<Lanes8>>(x));
        Assert.Equal(expected, Statistics<Pair<Pair<Lanes4>>>(x));
        Assert.Equal(expected, Statistics<Pair<Pair<Pair<Pair<Lanes1>>>>>(x));
    }

    private static float[] Statistics<V>(float[] row) where V : unmanaged, ILanes<V>
    {
        float[] powers = new float[row.Length];
        fixed (float* x = row, y = powers)
        {
            float maximum = RowStatistics.Maximum<V>(x, row.Length);
            return
            [
                maximum, RowStatistics.Sum<V>(x, row.Length), RowStatistics.Dot<V>(x, x, row.Length),
                RowStatistics.Exponentials<V>(x, y, maximum, row.Length), RowStatistics.LogSumAboveMaximum<V>(x, maximum, row.Length),
                RowStatistics.Reduce<SquaredDistanceReducer, V>(new(0.1f), x, row.Length), RowStatistics.Reduce<MinReducer, V>(default, x, row.Length),
                .. powers,
            ];
        }
    }

    [Fact]
    public void Part_EachCount_TouchesNothingElse()
    {
        Check<Lanes16>();
        Check<Pair<Lanes8>>();
        Check<Pair<Pair<Lanes4>>>();

        static void Check<V>() where V : unmanaged, ILanes<V>
        {
            float* source = stackalloc float[SixteenLanes.Count];
            float* lanes = stackalloc float[SixteenLanes.Count];
            for (int i = 0; i < SixteenLanes.Count; i++)
                source[i] = i + 1;
            for (int count = 0; count <= SixteenLanes.Count; count++)
            {
                Part.Load<V>(source, count, -1).Store(lanes);
                Assert.Equal(Enumerable.Range(1, 16).Select(i => i <= count ? i : -1f), new Span<float>(lanes, 16).ToArray());
                Part.Store(V.Of(7), lanes, count);
                Assert.Equal(Enumerable.Range(1, 16).Select(i => i <= count ? 7 : -1f), new Span<float>(lanes, 16).ToArray());
            }
        }
    }

    [Theory]
    [InlineData(0, 100)]
    [InlineData(1, 1_000_000)]
    [InlineData(7, 0)]
    [InlineData(100_000, 1)]
    [InlineData(1_000, 300)]
    [InlineData(3, 100_000)]
    public void Partition_AnyWork_CoversEachPieceOnce(int pieces, long work)
    {
        Partition partition = Partition.Of(pieces, work);
        Assert.True(partition.Tasks * (long)partition.Each >= pieces);
        Assert.True(partition.Tasks == 0 || (partition.Tasks - 1) * (long)partition.Each < pieces);
    }
}
