using MoECompiler.Ops;
using Xunit;

namespace MoECompiler.Tests.Ops;

[Tests(typeof(Softmax), typeof(SoftmaxGradient))]
public class SoftmaxTests : OpTest
{
    private const double Tolerance = 1e-6;

    [Fact]
    public void Softmax_AnyRows_MatchesTheDefinition() => ForMatrices((rows, columns, seed) =>
        Matches(new Softmax(), [new Source(seed).Uniform(-30, 30, rows, columns)], (cpu, v) => Kernels.Softmax(cpu, v.In(0), v.Out()), Tolerance));

    [Fact]
    public void Softmax_LargeNumbers_StaysFinite() => Matches(
        new Softmax(), [TestTensor.F32([2, 3], 3e38f, -3e38f, 3e38f, -1e30f, -1e30f, float.NegativeInfinity)],
        (cpu, v) => Kernels.Softmax(cpu, v.In(0), v.Out()), Tolerance);

    [Fact]
    public void Softmax_NaN_SpoilsItsRowOnly() => Matches(
        new Softmax(), [TestTensor.F32([2, 2], float.NaN, 1, 2, 2)], (cpu, v) => Kernels.Softmax(cpu, v.In(0), v.Out()), Tolerance);

    [Fact]
    public void SoftmaxGradient_AnyRows_MatchesTheDefinition() => ForMatrices((rows, columns, seed) =>
    {
        Source source = new(seed);
        Matches(
            new SoftmaxGradient(), [source.Shares(rows, columns), source.Normal(rows, columns)],
            (cpu, v) => Kernels.SoftmaxGradient(cpu, v.In(0), v.In(1), v.Out()), Tolerance);
    });

    [Fact]
    public void Softmax_Operand_HasTheGradientOfItsDifferences() => GradientCheck.Check(new Softmax(), new Source(1).Normal(3, 2, 5));
}
