using MoECompiler.Ops;
using Xunit;

namespace MoECompiler.Tests;

public unsafe class DistributionsTests
{
    private static readonly RandomState s_random = new(20250704, Step: 12);

    [Fact]
    public void Uniform_OfTheLeastAndGreatestWord_IsFrom0ToBelow1()
    {
        Assert.Equal(0f, Distributions.Uniform(0));
        Assert.Equal(1f - 1f / (1 << 24), Distributions.Uniform(uint.MaxValue));
        Assert.Equal(1f / (1 << 24), Distributions.OpenUniform(0));
        Assert.Equal(1f - 1f / (1 << 24), Distributions.OpenUniform(uint.MaxValue));
    }

    [Fact]
    public void FillUniform_OddCount_GivesTheNumberOfEachElement()
    {
        float[] numbers = new float[1003];
        Distributions.FillUniform(s_random, 4, numbers);
        Assert.Equal(Enumerable.Range(0, numbers.Length).Select(i => Distributions.Uniform(Philox.Word(s_random, 4, i))), numbers);
    }

    /// <summary>100,000 numbers: a mean is within 5 of its standard deviations, and fixed anyway by the seed.</summary>
    [Fact]
    public void Fill_ManyNumbers_HasTheMomentsOfTheDistribution()
    {
        float[] numbers = new float[100_000];
        double slack = 5 / Math.Sqrt(numbers.Length);
        Distributions.FillUniform(s_random, 0, numbers);
        AssertMoments(0.5, 1.0 / 12);
        Distributions.FillNormal(s_random, 1, numbers);
        AssertMoments(0, 1);
        Assert.Equal(0, numbers.Average(static x => (double)x * x * x), 4 * slack);
        Assert.Equal(3, numbers.Average(static x => (double)x * x * x * x), 10 * slack);
        Distributions.FillGumbel(s_random, 2, numbers);
        AssertMoments(0.5772156649, Math.PI * Math.PI / 6);

        void AssertMoments(double mean, double variance)
        {
            double average = numbers.Average(static x => (double)x);
            Assert.Equal(mean, average, slack * Math.Sqrt(variance));
            Assert.Equal(variance, numbers.Average(x => (x - average) * (x - average)), 3 * slack * variance);
        }
    }

    [Fact]
    public void CosineAndSine_AllAround_IsWithin1E7OfDouble()
    {
        for (int i = 0; i < 1 << 24; i += 97)
        {
            float share = i / (float)(1 << 24);
            Distributions.CosineAndSine(Lanes1.Of(share), out Lanes1 c, out Lanes1 s);
            float cosine, sine;
            c.Store(&cosine);
            s.Store(&sine);
            Assert.Equal(Math.Cos(2 * Math.PI * share), cosine, 1e-7);
            Assert.Equal(Math.Sin(2 * Math.PI * share), sine, 1e-7);
        }
    }

    [Fact]
    public void FillChunk_EachWidth_GivesTheSameBits()
    {
        foreach (NoiseKind kind in Enum.GetValues<NoiseKind>())
        {
            float[] expected = Chunk<Lanes1>(kind);
            Assert.Equal(expected, Chunk<Lanes4>(kind));
            Assert.Equal(expected, Chunk<Lanes8>(kind));
            Assert.Equal(expected, Chunk<Lanes16>(kind));
            Assert.Equal(expected, Chunk<Pair<Lanes8>>(kind));
        }

        static float[] Chunk<V>(NoiseKind kind) where V : unmanaged, ILanes<V>
        {
            float[] numbers = new float[199];
            fixed (float* address = numbers)
                Distributions.FillChunk<V>(kind, s_random, 3, 512, address, numbers.Length);
            return numbers;
        }
    }
}
