using CsCheck;
using MoECompiler.Ops;
using MoECompiler.Tests.Ops;
using Xunit;

namespace MoECompiler.Gpu.Tests.Ops;

public class GroupedTopKTests : GpuOpTest
{
    /// <summary>Few different numbers, so that ties are common, and all that is not a number or not finite.</summary>
    private static readonly Gen<float> s_score = Gen.OneOf(0f, -0f, 1f, 2f, 2f, -3f, float.NaN, -float.NaN, float.PositiveInfinity, float.NegativeInfinity);

    private static readonly Gen<(int Rows, int Groups, int Size, int Top, int Count, GroupScore Score, float[] Scores)> s_cases =
        Gen.Select(Gen.Int[0, 5], Gen.Int[1, 6], Gen.Int[1, 5], Gen.Int[1, 6], Gen.Int[0, 30], Gen.Enum<GroupScore>()).SelectMany(
            (rows, groups, size, top, count, score) => s_score.Array[rows * groups * size].Select(
                scores => (rows, groups, size, Math.Min(top, groups), Math.Min(count, groups * size), score, scores)));

    [Fact]
    public void GroupedTopK_AnyScores_MatchesTheDefinition()
    {
        s_cases.Sample(
            (rows, groups, size, top, count, score, scores) => Check(TestTensor.F32([rows, groups * size], scores), groups, top, count, score), iter: 2 * Cases, threads: 1);
        int rows = TestDevice.IsSimulated ? 2 : 700;
        Check(new Source(1).Normal(rows, 256), 8, 4, 8, GroupScore.SumOfTwoBest);
        Check(new Source(2).Normal(rows, 64), 8, 3, 6, GroupScore.Best);

        static void Check(TestTensor scores, int groups, int top, int count, GroupScore score) => Matches(
            new GroupedTopK(count, groups, top, score), [scores],
            (gpu, v) => GpuKernels.GroupedTopK(gpu, v.In(0), v.OutIndices(), Groups: groups, TopGroups: top, Score: score), 0);
    }

    [Fact]
    public void TopOfEachGroup_AnyScores_MatchesTheDefinition() => s_cases.Sample(
        (rows, groups, size, _, _, _, scores) => Matches(
            new TopOfEachGroup(groups), [TestTensor.F32([rows, groups * size], scores)], (gpu, v) => GpuKernels.TopOfEachGroup(gpu, v.In(0), v.OutIndices()), 0),
        iter: Cases, threads: 1);
}
