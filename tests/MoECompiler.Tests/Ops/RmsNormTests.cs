using Xunit;

namespace MoECompiler.Tests.Ops;

// In here the ops come before the modules of the same names.
using MoECompiler.Ops;

[Tests(typeof(RmsNorm), typeof(RmsNormGradient))]
public class RmsNormTests : OpTest
{
    private const float Epsilon = 0.05f;

    [Fact]
    public void RmsNorm_AnyRows_MatchesTheDefinition() => ForMatrices((rows, columns, seed) =>
    {
        Source source = new(seed);
        Matches(
            new RmsNorm(Epsilon), [source.Uniform(-2, 5, rows, columns), source.Normal(columns)],
            (cpu, v) => Kernels.RmsNorm(cpu, v.In(0), v.In(1), v.Out(), Epsilon: Epsilon), 2e-6);
    });

    [Fact]
    public void RmsNormGradient_AnyRows_MatchesTheDefinition() => ForMatrices((rows, columns, seed) =>
    {
        Source source = new(seed);
        Matches(
            new RmsNormGradient(Epsilon), [source.Normal(rows, columns), source.Normal(columns), source.Normal(rows, columns)],
            (cpu, v) => Kernels.RmsNormGradient(cpu, v.In(0), v.In(1), v.In(2), v.Out(0), v.Out(1), Epsilon: Epsilon), 5e-5);
    });

    [Fact]
    public void RmsNorm_EachOperand_HasTheGradientOfItsDifferences()
    {
        Source source = new(6);
        GradientCheck.Check(new RmsNorm(Epsilon), source.Normal(3, 2, 5), source.Normal(5));
    }
}
