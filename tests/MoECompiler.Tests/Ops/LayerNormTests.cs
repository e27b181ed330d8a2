using Xunit;

namespace MoECompiler.Tests.Ops;

// In here the ops come before the modules of the same names.
using MoECompiler.Ops;

[Tests(typeof(LayerNorm), typeof(LayerNormGradient))]
public class LayerNormTests : OpTest
{
    /// <summary>Large, as in rows of two numbers that happen to be near each other a small one makes any rounding count.</summary>
    private const float Epsilon = 0.05f;

    [Fact]
    public void LayerNorm_AnyRows_MatchesTheDefinition() => ForMatrices((rows, columns, seed) =>
    {
        Source source = new(seed);
        Matches(
            new LayerNorm(Epsilon), [source.Uniform(3, 5, rows, columns), source.Normal(columns), source.Normal(columns)],
            (cpu, v) => Kernels.LayerNorm(cpu, v.In(0), v.In(1), v.In(2), v.Out(), Epsilon: Epsilon), 2e-5);
    });

    [Fact]
    public void LayerNormGradient_AnyRows_MatchesTheDefinition() => ForMatrices((rows, columns, seed) =>
    {
        Source source = new(seed);
        Matches(
            new LayerNormGradient(Epsilon), [source.Normal(rows, columns), source.Normal(columns), source.Normal(rows, columns)],
            (cpu, v) => Kernels.LayerNormGradient(cpu, v.In(0), v.In(1), v.In(2), v.Out(0), v.Out(1), v.Out(2), Epsilon: Epsilon), 5e-5);
    });

    [Fact]
    public void LayerNorm_EachOperand_HasTheGradientOfItsDifferences()
    {
        Source source = new(6);
        GradientCheck.Check(new LayerNorm(Epsilon), source.Normal(3, 2, 5), source.Normal(5), source.Normal(5));
    }
}
