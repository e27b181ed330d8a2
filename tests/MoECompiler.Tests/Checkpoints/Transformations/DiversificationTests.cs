using MoECompiler.Checkpoints;
using Xunit;

namespace MoECompiler.Tests.Checkpoints;

/// <summary>Copies of a network are made different as they say, by the seed alone.</summary>
public class DiversificationTests
{
    private static readonly FeedForward s_dense = Networks.New(width: 24, inner: 40, seed: 1);

    public static TheoryData<SpawnKind> Kinds => [SpawnKind.Mask, SpawnKind.Noise, SpawnKind.Reinitialize];

    [Fact]
    public void ExactCopy_IsTheNetwork() => Assert.All(new Upcycling(3, new ExactCopy()).From(s_dense), static expert => Networks.Same(s_dense, expert));

    [Theory]
    [InlineData(0.1f)]
    [InlineData(0.3f)]
    [InlineData(0.5f)]
    public void RandomMask_LeavesAsManyAsItSays(float ratio)
    {
        IReadOnlyList<FeedForward> experts = new Upcycling(8, new RandomMask(ratio), Seed: 5).From(s_dense);
        long all = 0, left = 0;
        foreach (FeedForward expert in experts)
        {
            foreach (string part in (string[])["up.weight", "down.weight"])
            {
                float[] masked = expert.Parts[part].Elements.ToArray(), whole = s_dense.Parts[part].Elements.ToArray();
                Assert.All(masked.Zip(whole), static pair => Assert.True(pair.First == 0 || pair.First == pair.Second));
                all += masked.Length;
                left += masked.Count(static x => x != 0);
            }
        }
        double deviation = Math.Sqrt(all * ratio * (1 - ratio));
        Assert.InRange(left, (all * (1 - ratio)) - (3 * deviation), (all * (1 - ratio)) + (3 * deviation));
    }

    [Fact]
    public void RandomMask_Rescaled_DividesByWhatIsLeft()
    {
        FeedForward plain = new RandomMask(0.25f).Apply(s_dense, new ExpertDraw(5, 0, 1)), scaled = new RandomMask(0.25f, IsRescaled: true).Apply(s_dense, new ExpertDraw(5, 0, 1));
        Assert.Equal([.. plain.Up.Elements.ToArray().Select(static x => x * (1 / 0.75f))], scaled.Up.Elements.ToArray());
    }

    [Fact]
    public void AddedNoise_HasTheDeviationThatItSays()
    {
        FeedForward noisy = new AddedNoise(0.2f).Apply(s_dense, new ExpertDraw(5, 0, 1));
        float[] noise = [.. noisy.Up.Elements.ToArray().Zip(s_dense.Up.Elements.ToArray(), static (a, b) => a - b)];
        double expected = 0.2 * s_dense.Up.Deviation;
        double found = new Weight(s_dense.Up.Extents, noise).Deviation;
        // The deviation of a sample of n has itself the deviation expected / sqrt(2 n).
        Assert.InRange(found, expected * (1 - (3 / Math.Sqrt(2 * noise.Length))), expected * (1 + (3 / Math.Sqrt(2 * noise.Length))));
    }

    [Fact]
    public void PartialReinitialization_TakesWholeNeurons()
    {
        FeedForward expert = new PartialReinitialization(0.25f).Apply(s_dense, new ExpertDraw(5, 0, 1));
        int[] changed = [.. Enumerable.Range(0, 40).Where(n => !expert.Up.Take(0, [n]).Elements.SequenceEqual(s_dense.Up.Take(0, [n]).Elements))];
        int[] alsoChanged = [.. Enumerable.Range(0, 40).Where(n => !expert.Down.Take(1, [n]).Elements.SequenceEqual(s_dense.Down.Take(1, [n]).Elements))];
        Assert.Equal(10, changed.Length);
        Assert.Equal(changed, alsoChanged);
        Assert.All(changed, n => Assert.All(expert.Up.Take(0, [n]).Elements.ToArray().Zip(s_dense.Up.Take(0, [n]).Elements.ToArray()), static pair => Assert.NotEqual(pair.First, pair.Second)));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Upcycling_SameSeed_GivesTheSameBits(SpawnKind kind)
    {
        Upcycling upcycling = new(3, Diversification.Of(kind, 0.3f, false), Seed: 9);
        IReadOnlyList<FeedForward> first = upcycling.From(s_dense), again = upcycling.From(s_dense), elsewhere = upcycling.From(s_dense, layer: 1);
        IReadOnlyList<FeedForward> other = (upcycling with { Seed = 10 }).From(s_dense);
        for (int e = 0; e < 3; e++)
        {
            Networks.Same(first[e], again[e]);
            Assert.False(first[e].Up.Elements.SequenceEqual(other[e].Up.Elements));
            Assert.False(first[e].Up.Elements.SequenceEqual(elsewhere[e].Up.Elements));
            Assert.False(first[e].Up.Elements.SequenceEqual(first[(e + 1) % 3].Up.Elements));
        }
    }

    [Theory]
    [InlineData(-0.1f)]
    [InlineData(1f)]
    [InlineData(float.NaN)]
    public void Share_OutOfRange_IsRefused(float ratio)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new RandomMask(ratio));
        Assert.Throws<ArgumentOutOfRangeException>(() => new PartialReinitialization(ratio));
    }
}
