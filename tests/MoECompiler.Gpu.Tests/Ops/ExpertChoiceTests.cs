using CsCheck;
using MoECompiler.Ops;
using MoECompiler.Tests.Ops;
using Xunit;

namespace MoECompiler.Gpu.Tests.Ops;

public class ExpertChoiceTests : GpuOpTest
{
    /// <summary>Few different numbers, so that ties are common, and all that is not a number or not finite.</summary>
    private static readonly Gen<float> s_score = Gen.OneOf(0f, -0f, 1f, 1.0001f, 2f, -3f, float.NaN, -float.NaN, float.PositiveInfinity, float.NegativeInfinity);

    [Fact]
    public void ExpertChoice_AnyScores_MatchesTheDefinition()
    {
        Gen.Select(Extent, Gen.Int[1, 9], Gen.Int[0, 70])
            .SelectMany((tokens, experts, count) => s_score.Array[tokens * experts].Select(scores => (tokens, experts, Math.Min(count, tokens), scores)))
            .Sample((tokens, experts, count, scores) => Check(count, TestTensor.F32([tokens, experts], scores)), iter: 2 * Cases, threads: 1);
        int tokens = TestDevice.IsSimulated ? 20 : 2_000;
        Check(tokens / 7, new Source(1).Normal(tokens, 13));

        static void Check(int count, TestTensor scores) => Matches(
            new ExpertChoice(count), [scores],
            (gpu, v) => GpuKernels.ExpertChoice(gpu, v.In(0), v.OutIndices(0), v.OutIndices(1), v.OutIndices(2)), 0);
    }

    /// <summary>Fewer rows than pairs of token and slot: the number of slots is the routing's.</summary>
    [Fact]
    public void GroupedKernels_OfRowsThatExpertsChose_MatchTheirDefinitions() => Gen.Select(Gen.Int[1, 9], Gen.Int[1, 5], Gen.Int[0, 9], Extent, Gen.Int).Sample(
        (tokens, experts, count, columns, seed) =>
        {
            Source source = new(seed);
            var (_, values) = Define(new ExpertChoice(Math.Min(count, tokens)), [source.Normal(tokens, experts)]);
            (TestTensor order, TestTensor offsets) = (Integers(values["y0"]), Integers(values["y1"]));
            TestTensor x = source.Uniform(-0.5f, 0.5f, tokens, 7), rows = source.Uniform(-0.5f, 0.5f, order.Shape[0], columns);
            Matches(
                new GroupedMatMul(true, true, Slots: experts), [x, source.Uniform(-0.5f, 0.5f, experts, columns, 7), order, offsets],
                (gpu, v) => EmittedProducts.GatherSlotsGroupedLinear(gpu, v.In(0), v.In(1), v.Indices(2), v.Indices(3), v.Out(), experts), 1e-5, device: TestDevice.Instance);
            Matches(
                new GroupedWeightGradient(true, true, experts), [x, rows, order, offsets],
                (gpu, v) => EmittedProducts.GatherSlotsGroupedLinearGradient(gpu, v.In(0), v.In(1), v.Indices(2), v.Indices(3), v.Out(), experts), 1e-5, device: TestDevice.Instance);
            Matches(
                new SumRows(tokens, experts), [rows, order],
                (gpu, v) => GpuKernels.SumRows(gpu, v.In(0), v.Indices(1), v.Out(), Slots: experts), 1e-5, device: TestDevice.Instance);
        },
        iter: Cases, threads: 1);
}
