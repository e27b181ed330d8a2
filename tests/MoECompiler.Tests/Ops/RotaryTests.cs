using MoECompiler.Graphs;
using Xunit;

namespace MoECompiler.Tests.Ops;

// In here the ops come before the modules of the same names.
using MoECompiler.Ops;

[Tests(typeof(Rotary), typeof(RotaryTable))]
public class RotaryTests : OpTest
{
    [Theory]
    [InlineData(RotaryPairs.Halves, false)]
    [InlineData(RotaryPairs.Halves, true)]
    [InlineData(RotaryPairs.Neighbors, false)]
    [InlineData(RotaryPairs.Neighbors, true)]
    public void Rotary_AnyRows_MatchesTheDefinition(RotaryPairs pairs, bool isBack) => ForMatrices((places, half, seed) =>
    {
        (Source source, int heads, int more) = (new(seed), 1 + (seed & 1), seed & 2);
        (places, half) = (Math.Min(places, 300), Math.Min(half, 70));
        Matches(
            new Rotary(heads, pairs, isBack), [source.Normal(2, places, heads * (2 * half + more)), source.Uniform(-1, 1, places, 2 * half)],
            (cpu, v) => Kernels.Rotary(cpu, v.In(0), v.In(1), v.Out(), Heads: heads, Pairs: pairs, IsBack: isBack), 1e-6);
    });

    [Fact]
    public void RotaryTable_AnyPlaces_MatchesTheDefinition()
    {
        foreach ((int places, int width, float b) in new[] { (0, 4, 10f), (1, 0, 10f), (9, 2, 10_000f), (3_000, 64, 10_000f), (500, 6, 1e6f) })
            Matches(new RotaryTable(places, width, b), [], (cpu, v) => Kernels.RotaryTable(cpu, v.Out(), Base: b), 1e-7);
    }

    [Theory]
    [InlineData(RotaryPairs.Halves)]
    [InlineData(RotaryPairs.Neighbors)]
    public void Rotary_Operand_HasTheGradientOfItsDifferences(RotaryPairs pairs)
    {
        Source source = new(3);
        GraphBuilder builder = new();
        TestTensor[] given = [source.Normal(2, 3, 2 * 5), source.Normal(3, 4)];
        Value[] inputs = [builder.Parameter(new GraphParameter(new Value("x", given[0].Type), new Initializer.Constant(0), "x", IsFrozen: false)), builder.Input("table", given[1].Type)];
        Value turned = builder.Add(new Rotary(2, pairs), "turned", inputs);
        builder.Output("loss", builder.ReduceAll(Reduction.Sum, builder.Elementwise(Scalar.Square(Scalar.In(0)) * Scalar.In(0), [turned], "cubes"), "loss"), OutputKind.Loss);
        GradientCheck.CheckLoss(builder.Build("Turned"), inputs.Zip(given).ToDictionary(static p => p.First.Name, static p => p.Second.ToReference()), GradientCheck.NoSizes);
    }
}
