using CsCheck;
using MoECompiler.Ops;
using MoECompiler.Tests.Ops;
using Xunit;

namespace MoECompiler.Gpu.Tests.Ops;

public class BalancedExpertsTests : GpuOpTest
{
    /// <summary>Few different numbers, so that ties are common, and all that is not a number or not finite.</summary>
    private static readonly Gen<float> s_score = Gen.Frequency(
        (8, Gen.OneOf(0f, 1f, 0.5f, 0.25f, -1f)), (1, Gen.OneOf(-0f, float.NaN, float.PositiveInfinity, float.NegativeInfinity)));

    [Fact]
    public void BalancedExperts_AnyScores_MatchesTheDefinition()
    {
        int most = TestDevice.IsSimulated ? 9 : 40;
        Gen.Select(Gen.Int[0, most], Gen.Int[1, 6]).SelectMany((tokens, experts) => s_score.Array[tokens * experts].Select(scores => (tokens, experts, scores)))
            .Sample((tokens, experts, scores) => Check(TestTensor.F32([tokens, experts], scores)), iter: Cases, threads: 1);
        Gen.Select(Gen.Int[1, most], Gen.Int[1, 8], Gen.Int).Sample((tokens, experts, seed) => Check(new Source(seed).Normal(tokens, experts)), iter: Cases, threads: 1);
        if (!TestDevice.IsSimulated)
            Check(new Source(1).Shares(400, 8));
        Check(TestTensor.F32([3, 2], float.MaxValue, -float.MaxValue, 1, 2, 3, 4));

        static void Check(TestTensor scores) => Matches(
            new BalancedExperts(), [scores], (gpu, v) => GpuKernels.BalancedExperts(gpu, v.In(0), v.OutIndices()), 0);
    }
}
