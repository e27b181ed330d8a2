using CsCheck;
using MoECompiler.Ops;
using Xunit;

namespace MoECompiler.Tests.Ops;

public class RecurrenceTests : OpTest
{
    [Fact]
    public void Recurrence_AnySequences_MatchesTheDefinition() =>
        Gen.Select(Gen.Int[0, 4], Gen.Int[0, 20], Gen.Int[1, 40], Gen.Bool, Gen.Int[0, 1000]).Sample(
            static (batch, length, columns, reverse, seed) =>
            {
                Source source = new(seed);
                Matches(
                    new Recurrence(reverse), [source.Normal(batch, length, columns), source.Uniform(-0.5f, 0.95f, columns)],
                    (cpu, v) => Kernels.Recurrence(cpu, v.In(0), v.In(1), v.Out(), Reverse: reverse), 2e-6);
            },
            iter: 60);

    [Theory]
    [InlineData(false, 1)]
    [InlineData(false, 4)]
    [InlineData(true, 4)]
    public void Recurrence_EachOperand_HasTheGradientOfItsDifferences(bool reverse, int length)
    {
        Source source = new(6);
        GradientCheck.Check(new Recurrence(reverse), source.Normal(2, length, 3), source.Uniform(0.2f, 0.9f, 3));
    }
}
