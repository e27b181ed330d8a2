using CsCheck;
using MoECompiler.Ops;
using MoECompiler.Tests.Ops;
using Xunit;

namespace MoECompiler.Gpu.Tests.Ops;

public class KeepSlotsTests : GpuOpTest
{
    /// <summary>Multiples of 1/64, whose sums no one rounds, and what is no share at all.</summary>
    private static readonly Gen<float> s_score = Gen.Frequency((12, Gen.Int[-3, 40].Select(static i => i / 64f)), (1, Gen.OneOf(float.NaN, float.PositiveInfinity)));

    private static readonly Gen<float> s_limit = Gen.OneOf(Gen.Int[-1, 66].Select(static i => i / 64f), Gen.Const(0f), Gen.Const(1f));

    [Theory]
    [InlineData(SlotRule.Share)]
    [InlineData(SlotRule.Above)]
    public void KeepSlots_AnyScores_MatchesTheDefinition(SlotRule rule) => Gen.Select(Extent, Gen.Int[1, 12], s_limit, Gen.Int)
        .SelectMany((rows, slots, limit, seed) => s_score.Array[rows * slots].Select(scores => (rows, slots, limit, seed, scores)))
        .Sample(
            (rows, slots, limit, seed, scores) => Matches(
                new KeepSlots(rule, limit), [new Source(seed).Slots(rows, slots, 12), TestTensor.F32([rows, slots], scores)],
                (gpu, v) => GpuKernels.KeepSlots(gpu, v.Indices(0), v.In(1), v.OutIndices(), Rule: rule, Limit: limit), 0),
            iter: 2 * Cases, threads: 1);
}
