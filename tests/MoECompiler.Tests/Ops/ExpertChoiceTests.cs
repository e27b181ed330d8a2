using CsCheck;
using MoECompiler.Graphs;
using MoECompiler.Ops;
using Xunit;

namespace MoECompiler.Tests.Ops;

public class ExpertChoiceTests : OpTest
{
    /// <summary>Few different numbers, so that ties are common, and all that is not a number or not finite.</summary>
    private static readonly Gen<float> s_score = Gen.OneOf(0f, -0f, 1f, 1.0001f, 2f, -3f, float.NaN, -float.NaN, float.PositiveInfinity, float.NegativeInfinity, float.Epsilon);

    [Fact]
    public void ExpertChoice_AnyScores_MatchesTheDefinition()
    {
        Gen.Select(Extent, Gen.Int[1, 9], Gen.Int[0, 70])
            .SelectMany((tokens, experts, count) => s_score.Array[tokens * experts].Select(scores => (tokens, experts, Math.Min(count, tokens), scores)))
            .Sample((tokens, experts, count, scores) => Check(count, TestTensor.F32([tokens, experts], scores)), iter: 2 * Cases);
        Check(300, new Source(1).Normal(2_000, 13));

        static void Check(int count, TestTensor scores) => Matches(
            new ExpertChoice(count), [scores],
            (cpu, v) => Kernels.ExpertChoice(cpu, v.In(0), v.OutIndices(0), v.OutIndices(1), v.OutIndices(2)), 0);
    }

    [Fact]
    public void ExpertChoice_AnyScores_GivesEachExpertSoManyDifferentRows() =>
        Gen.Select(Gen.Int[1, 40], Gen.Int[1, 9], Gen.Int[0, 40], Gen.Int).Sample(
            static (tokens, experts, count, seed) =>
            {
                count = Math.Min(count, tokens);
                using CpuDevice cpu = new(1);
                View<int> order = cpu.New<int>(experts * count), position = cpu.New<int>(tokens, experts);
                View<float> scores = cpu.Upload(new Source(seed).Normal(tokens, experts).Floats, tokens, experts);
                Kernels.ExpertChoice(cpu, scores, order, cpu.New<int>(experts + 1), position);
                for (int expert = 0; expert < experts; expert++)
                {
                    Assert.Equal(count, Enumerable.Range(0, tokens).Count(token => position.Span[token * experts + expert] >= 0));
                    int[] rows = [.. order.ToArray().Skip(expert * count).Take(count)];
                    Assert.Equal(count, rows.Distinct().Count(pair => pair % experts == expert));
                }
            },
            iter: Cases);

    [Fact]
    public void ExpertChoice_MoreThanThereAre_Throws()
    {
        using CpuDevice cpu = new(1);
        ArgumentException error = Assert.Throws<ArgumentException>(
            () => Kernels.ExpertChoice(cpu, cpu.New<float>(2, 3), cpu.New<int>(9), cpu.New<int>(4), cpu.New<int>(2, 3)));
        Assert.Equal("Each expert is to choose 3 of 2 tokens.", error.Message);
        Assert.Throws<ShapeError>(() => new ExpertChoice(3).Infer([TensorType.F32(2, 3)]));
    }

    /// <summary>Fewer rows than pairs of token and slot: the number of slots is the routing's, in both halves.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void GroupedMatMul_OfRowsThatExpertsChose_HasTheGradientOfItsDifferences(bool transposeB)
    {
        Source source = new(4);
        var (_, values) = Define(new ExpertChoice(3), [source.Normal(5, 4)]);
        (TestTensor order, TestTensor offsets) = (Integers(values["y0"]), Integers(values["y1"]));
        GradientCheck.Check(new GroupedMatMul(GatherRows: true, transposeB, Slots: 4), source.Normal(5, 3), source.Normal(4, 3, 3), order, offsets);
    }

    [Fact]
    public void GroupedKernels_OfRowsThatExpertsChose_MatchTheirDefinitions() => Gen.Select(Gen.Int[1, 40], Gen.Int[1, 9], Gen.Int[0, 40], Extent, Gen.Int).Sample(
        (tokens, experts, count, columns, seed) =>
        {
            Source source = new(seed);
            var (_, values) = Define(new ExpertChoice(Math.Min(count, tokens)), [source.Normal(tokens, experts)]);
            (TestTensor order, TestTensor offsets) = (Integers(values["y0"]), Integers(values["y1"]));
            TestTensor x = source.Uniform(-0.5f, 0.5f, tokens, 7), rows = source.Uniform(-0.5f, 0.5f, order.Shape[0], columns);
            Matches(
                new GroupedMatMul(true, true, Slots: experts), [x, source.Uniform(-0.5f, 0.5f, experts, columns, 7), order, offsets],
                (cpu, v) => Kernels.GroupedMatMul(cpu, v.In(0), v.In(1), v.Indices(2), v.Indices(3), v.Out(), GatherRows: true, TransposeB: true, Slots: experts), 1e-5);
            Matches(
                new GroupedWeightGradient(true, true, experts), [x, rows, order, offsets],
                (cpu, v) => Kernels.GroupedWeightGradient(cpu, v.In(0), v.In(1), v.Indices(2), v.Indices(3), v.Out(), GatherRows: true, TransposeB: true, Slots: experts), 1e-5);
            Matches(
                new SumRows(tokens, experts), [rows, order],
                (cpu, v) => Kernels.SumRows(cpu, v.In(0), v.Indices(1), v.Out(), Slots: experts), 1e-5);
        },
        iter: Cases);
}
