using CsCheck;
using MoECompiler.Graphs;
using MoECompiler.Ops;
using Xunit;

namespace MoECompiler.Tests.Ops;

[Tests(typeof(GroupedTopK), typeof(TopOfEachGroup))]
public class GroupedTopKTests : OpTest
{
    /// <summary>Few different numbers, so that ties are common, and all that is not a number or not finite.</summary>
    private static readonly Gen<float> s_score = Gen.OneOf(0f, -0f, 1f, 2f, 2f, -3f, float.NaN, float.PositiveInfinity, float.NegativeInfinity);

    private static readonly Gen<(int Rows, int Groups, int Size, int Top, int Count, GroupScore Score, float[] Scores)> s_cases =
        Gen.Select(Gen.Int[0, 5], Gen.Int[1, 6], Gen.Int[1, 5], Gen.Int[1, 6], Gen.Int[0, 30], Gen.Enum<GroupScore>()).SelectMany(
            (rows, groups, size, top, count, score) => s_score.Array[rows * groups * size].Select(
                scores => (rows, groups, size, Math.Min(top, groups), Math.Min(count, groups * size), score, scores)));

    [Fact]
    public void GroupedTopK_AnyScores_MatchesTheDefinition()
    {
        s_cases.Sample((rows, groups, size, top, count, score, scores) => Check(TestTensor.F32([rows, groups * size], scores), groups, top, count, score), iter: 4 * Cases);
        Check(new Source(1).Normal(700, 64), 8, 4, 8, GroupScore.SumOfTwoBest);
        Check(new Source(2).Normal(700, 64), 8, 3, 6, GroupScore.Best);

        static void Check(TestTensor scores, int groups, int top, int count, GroupScore score) => Matches(
            new GroupedTopK(count, groups, top, score), [scores],
            (cpu, v) => Kernels.GroupedTopK(cpu, v.In(0), v.OutIndices(), Groups: groups, TopGroups: top, Score: score), 0);
    }

    [Fact]
    public void TopOfEachGroup_AnyScores_MatchesTheDefinition() => s_cases.Sample(
        (rows, groups, size, _, _, _, scores) => Matches(
            new TopOfEachGroup(groups), [TestTensor.F32([rows, groups * size], scores)], (cpu, v) => Kernels.TopOfEachGroup(cpu, v.In(0), v.OutIndices()), 0),
        iter: 2 * Cases);

    /// <summary>Scores below 0, as a negative bias makes them: what is not in a chosen part does not come before them.</summary>
    [Fact]
    public void GroupedTopK_NegativeScores_StayInTheChosenParts()
    {
        using CpuDevice cpu = new(1);
        (View<float> x, View<int> y) = (cpu.Upload<float>([-3, -1, -5, -0.5f, -2, -2], 1, 6), cpu.New<int>(1, 2));
        Kernels.GroupedTopK(cpu, x, y, Groups: 3, TopGroups: 1, GroupScore.SumOfTwoBest);
        Assert.Equal([1, 0], y.Span.ToArray());
        Kernels.GroupedTopK(cpu, x, y, Groups: 3, TopGroups: 1, GroupScore.Best);
        Assert.Equal([3, 2], y.Span.ToArray());
    }

    [Fact]
    public void GroupedTopK_PartsThatAreNot_AreNamed()
    {
        using CpuDevice cpu = new(1);
        ArgumentException error = Assert.Throws<ArgumentException>(
            () => Kernels.GroupedTopK(cpu, cpu.New<float>(1, 6), cpu.New<int>(1, 2), Groups: 4, TopGroups: 1, GroupScore.Best));
        Assert.Equal("Of the parts to choose from: a row of 6 has no 4 equal parts.", error.Message);
        Assert.Throws<ArgumentException>(() => Kernels.TopOfEachGroup(cpu, cpu.New<float>(1, 6), cpu.New<int>(1, 4)));
        Assert.Throws<ShapeError>(() => new GroupedTopK(2, 4, 1, GroupScore.Best).Infer([TensorType.F32(1, 6)]));
        Assert.Throws<ShapeError>(() => new GroupedTopK(2, 3, 4, GroupScore.Best).Infer([TensorType.F32(1, 6)]));
        Assert.Throws<ShapeError>(() => new GroupedTopK(7, 3, 2, GroupScore.Best).Infer([TensorType.F32(1, 6)]));
        Assert.Throws<ShapeError>(() => new TopOfEachGroup(4).Infer([TensorType.F32(1, 6)]));
    }
}
