using CsCheck;
using MoECompiler.Ops;
using MoECompiler.Reference;
using Xunit;

namespace MoECompiler.Tests.Ops;

[Tests(typeof(Combine), typeof(CombineRowsGradient), typeof(CombineWeightsGradient))]
public class CombineTests : OpTest
{
    private const double Tolerance = 1e-5;

    [Fact]
    public void Combine_AnyRouting_MatchesTheDefinition() => ForRoutings((source, routing, tokens, slots, columns) => Matches(
        new Combine(), [source.Normal(tokens * slots, columns), source.Normal(tokens, slots), routing.Position, routing.Order],
        (cpu, v) => Kernels.Combine(cpu, v.In(0), v.In(1), v.Indices(2), v.Indices(3), v.Out()), Tolerance));

    [Fact]
    public void CombineRowsGradient_AnyRouting_MatchesTheDefinition() => ForRoutings((source, routing, tokens, slots, columns) => Matches(
        new CombineRowsGradient(), [source.Normal(tokens, columns), source.Normal(tokens, slots), routing.Order],
        (cpu, v) => Kernels.CombineRowsGradient(cpu, v.In(0), v.In(1), v.Indices(2), v.Out()), Tolerance));

    [Fact]
    public void CombineWeightsGradient_AnyRouting_MatchesTheDefinition() => ForRoutings((source, routing, tokens, slots, columns) => Matches(
        new CombineWeightsGradient(), [source.Normal(tokens, columns), source.Normal(tokens * slots, columns), routing.Position],
        (cpu, v) => Kernels.CombineWeightsGradient(cpu, v.In(0), v.In(1), v.Indices(2), v.Out()), Tolerance));

    [Fact]
    public void Combine_RowsAndWeights_HaveTheGradientOfTheirDifferences()
    {
        Source source = new(8);
        foreach (int capacity in (int[])[2, 10])
        {
            (TestTensor order, TestTensor position) = Route(source.Slots(5, 2, 3), 3, capacity);
            GradientCheck.Check(new Combine(), source.Normal(10, 3), source.Normal(5, 2), position, order);
        }
    }

    private static void ForRoutings(Action<Source, (TestTensor Order, TestTensor Position), int, int, int> test)
    {
        Gen.Select(Extent, Gen.Int[1, 9], Gen.Int[1, 9], Gen.Int[0, 20], Extent, Gen.Int).Sample(
            (tokens, experts, anySlots, capacity, columns, seed) => Try(tokens, experts, Math.Min(anySlots, experts), capacity, columns, seed), iter: Cases);
        Try(400, 8, 2, 100, 130, 1);

        void Try(int tokens, int experts, int slots, int capacity, int columns, int seed)
        {
            Source source = new(seed);
            test(source, Route(source.Slots(tokens, slots, experts), experts, capacity), tokens, slots, columns);
        }
    }

    /// <summary>The order and the positions that the definition of Dispatch gives.</summary>
    private static (TestTensor Order, TestTensor Position) Route(TestTensor choices, int experts, int capacity)
    {
        IReadOnlyDictionary<string, ReferenceTensor> values = Define(new Dispatch(experts, capacity), [choices]).Values;
        return (Integers(values["y0"]), Integers(values["y2"]));
    }
}
