using MoECompiler.Ops;
using Xunit;

namespace MoECompiler.Tests.Ops;

[Tests(typeof(SquaredNorm))]
public class SquaredNormTests : OpTest
{
    private const double Tolerance = 2e-6;

    [Fact]
    public void SquaredNorm_AnyRows_MatchesTheDefinition() => ForMatrices((rows, columns, seed) =>
        Matches(new SquaredNorm(), [new Source(seed).Normal(rows, columns)], (cpu, v) => Kernels.SquaredNorm(cpu, v.In(0), v.Out()), Tolerance));

    [Fact]
    public void SquaredNorm_Operand_HasTheGradientOfItsDifferences() => GradientCheck.Check(new SquaredNorm(), new Source(1).Normal(3, 2, 5));
}
