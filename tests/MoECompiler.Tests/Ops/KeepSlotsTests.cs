using CsCheck;
using MoECompiler.Ops;
using Xunit;

namespace MoECompiler.Tests.Ops;

public class KeepSlotsTests : OpTest
{
    /// <summary>Multiples of 1/64, whose sums no one rounds, and what is no share at all.</summary>
    private static readonly Gen<float> s_score = Gen.Frequency((12, Gen.Int[-3, 40].Select(static i => i / 64f)), (1, Gen.OneOf(float.NaN, float.PositiveInfinity)));

    private static readonly Gen<float> s_limit = Gen.OneOf(Gen.Int[-1, 66].Select(static i => i / 64f), Gen.Const(0f), Gen.Const(1f));

    [Theory]
    [InlineData(SlotRule.Share)]
    [InlineData(SlotRule.Above)]
    public void KeepSlots_AnyScores_MatchesTheDefinition(SlotRule rule)
    {
        Gen.Select(Extent, Gen.Int[1, 12], s_limit, Gen.Int)
            .SelectMany((rows, slots, limit, seed) => s_score.Array[rows * slots].Select(scores => (rows, slots, limit, seed, scores)))
            .Sample((rows, slots, limit, seed, scores) => Check(TestTensor.F32([rows, slots], scores), limit, seed), iter: 2 * Cases);
        Check(new Source(1).Uniform(0, 1, 9_000, 8), 0.5f, 2);

        void Check(TestTensor scores, float limit, int seed) => Matches(
            new KeepSlots(rule, limit), [new Source(seed).Slots(scores.Shape[0], scores.Shape[1], 12), scores],
            (cpu, v) => Kernels.KeepSlots(cpu, v.Indices(0), v.In(1), v.OutIndices(), Rule: rule, Limit: limit), 0);
    }

    [Theory]
    [InlineData(0f, 1)]
    [InlineData(0.5f, 1)]
    [InlineData(0.51f, 2)]
    [InlineData(0.8f, 3)]
    [InlineData(1f, 4)]
    public void KeepSlots_Share_KeepsTheFewestThatReachIt(float limit, int kept)
    {
        using CpuDevice cpu = new(1);
        (View<int> experts, View<float> scores, View<int> y) = (cpu.Upload<int>([7, 3, 0, 5], 1, 4), cpu.Upload<float>([0.5f, 0.25f, 0.25f, 0], 1, 4), cpu.New<int>(1, 4));
        Kernels.KeepSlots(cpu, experts, scores, y, SlotRule.Share, limit);
        Assert.Equal([7, kept > 1 ? 3 : -1, kept > 2 ? 0 : -1, kept > 3 ? 5 : -1], y.Span.ToArray());
    }

    /// <summary>A dense-to-sparse gate: all that are above the threshold, and the best one whatever it has.</summary>
    [Fact]
    public void KeepSlots_Above_KeepsTheFirstAnyway()
    {
        using CpuDevice cpu = new(1);
        (View<int> experts, View<float> scores, View<int> y) = (cpu.Upload<int>([7, 3, 1, 2], 2, 2), cpu.Upload<float>([0.75f, 0.5f, 0.5f, 0.25f], 2, 2), cpu.New<int>(2, 2));
        Kernels.KeepSlots(cpu, experts, scores, y, SlotRule.Above, 0.5f);
        Assert.Equal([7, -1, 1, -1], y.Span.ToArray());
    }
}
