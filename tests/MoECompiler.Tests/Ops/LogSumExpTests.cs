using MoECompiler.Ops;
using Xunit;

namespace MoECompiler.Tests.Ops;

[Tests(typeof(LogSumExp))]
public class LogSumExpTests : OpTest
{
    private const double Tolerance = 1e-6;

    [Fact]
    public void LogSumExp_AnyRows_MatchesTheDefinition() => ForMatrices((rows, columns, seed) =>
        Matches(new LogSumExp(), [new Source(seed).Uniform(-40, 40, rows, columns)], (cpu, v) => Kernels.LogSumExp(cpu, v.In(0), v.Out()), Tolerance));

    [Fact]
    public void LogSumExp_InfiniteRows_AreInfinite()
    {
        (float infinity, float least) = (float.PositiveInfinity, float.NegativeInfinity);
        Matches(
            new LogSumExp(), [TestTensor.F32([4, 2], infinity, 1, least, least, least, 3, float.NaN, infinity)],
            (cpu, v) => Kernels.LogSumExp(cpu, v.In(0), v.Out()), Tolerance);
    }

    [Fact]
    public void LogSumExp_Operand_HasTheGradientOfItsDifferences() => GradientCheck.Check(new LogSumExp(), new Source(1).Normal(3, 2, 5));
}
