using Xunit;

namespace MoECompiler.Tests.Ops;

// In here the ops come before the modules of the same names.
using MoECompiler.Ops;

[Tests(typeof(Dropout))]
public class DropoutTests : OpTest
{
    private static readonly RandomState s_random = new(42, Step: 3, Layer: 1);

    [Theory]
    [InlineData(0)]
    [InlineData(0.1f)]
    [InlineData(0.75f)]
    public void Dropout_AnyElements_MatchesTheDefinition(float rate) => ForMatrices((rows, columns, seed) => Matches(
        new Dropout(rate, Site: 2), [new Source(seed).Normal(rows, columns)],
        (cpu, v) => Kernels.Dropout(cpu, v.In(0), v.Out(), s_random, Rate: rate, Site: 2), 1e-6, s_random));

    [Fact]
    public void Dropout_Operand_HasTheGradientOfItsDifferences() => GradientCheck.Check(new Dropout(0.4f, Site: 0), new Source(1).Normal(3, 7));

    [Fact]
    public void Dropout_ManyElements_ZeroesTheirShare()
    {
        using CpuDevice cpu = new(1);
        View<float> y = cpu.New<float>(100_000);
        View<float> ones = cpu.New<float>(100_000);
        ones.Span.Fill(1);
        Kernels.Dropout(cpu, ones, y, s_random, Rate: 0.2f, Site: 0);
        Assert.Equal(0.2, y.Span.Count(0f) / 100_000.0, 0.005);
        Assert.Equal(1, y.Span.ToArray().Average(), 0.01);
    }
}
