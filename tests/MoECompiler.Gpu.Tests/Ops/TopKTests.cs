using CsCheck;
using MoECompiler.Ops;
using MoECompiler.Tests.Ops;
using Xunit;

namespace MoECompiler.Gpu.Tests.Ops;

public class TopKTests : GpuOpTest
{
    /// <summary>Few different numbers, so that ties are common, and all that is not a number or not finite.</summary>
    private static readonly Gen<float> s_scores = Gen.OneOf(0f, -0f, 1f, 2f, 2f, -3f, float.NaN, -float.NaN, float.PositiveInfinity, float.NegativeInfinity);

    [Fact]
    public void TopK_AnyScores_GivesTheGreatestInOrder()
    {
        Gen.Select(Gen.Int[0, 5], Gen.Int[1, 20], Gen.Int[0, 20])
            .SelectMany((rows, experts, count) => s_scores.Array[rows * experts].Select(scores => (rows, experts, Math.Min(count, experts), scores)))
            .Sample((rows, experts, count, scores) => Check(rows, experts, count, TestTensor.F32([rows, experts], scores)), iter: Cases, threads: 1);
        int rows = TestDevice.IsSimulated ? 3 : 3_000;
        Check(rows, 64, 8, new Source(1).Normal(rows, 64));
        Check(7, 200, 8, new Source(2).Normal(7, 200));
        Check(5, 1, 1, new Source(3).Normal(5, 1));

        static void Check(int rows, int experts, int count, TestTensor scores)
        {
            Matches(new TopK(count), [scores], (gpu, v) => GpuKernels.TopK(gpu, v.In(0), v.OutIndices()), 0);
            Matches(new ArgMax(), [scores], (gpu, v) => GpuKernels.ArgMax(gpu, v.In(0), v.OutIndices()), 0);
        }
    }
}
