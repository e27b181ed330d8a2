using CsCheck;
using MoECompiler.Ops;
using Xunit;

namespace MoECompiler.Tests.Ops;

[Tests(typeof(GatedRecurrence), typeof(GatedRecurrenceGradient))]
public class GatedRecurrenceTests : OpTest
{
    [Fact]
    public void GatedRecurrence_AnySequences_MatchesTheDefinition() =>
        Gen.Select(Gen.Int[0, 4], Gen.Int[0, 12], Gen.Int[1, 21], Gen.Int[0, 1000]).Sample(
            static (batch, length, width, seed) =>
            {
                Source source = new(seed);
                Matches(
                    new GatedRecurrence(), [source.Normal(batch, length, 3 * width), source.Uniform(-0.3f, 0.3f, width, 3 * width)],
                    (cpu, v) => Kernels.GatedRecurrence(cpu, v.In(0), v.In(1), v.Out()), 5e-6);
            },
            iter: 40);

    [Fact]
    public void GatedRecurrenceGradient_AnySequences_MatchesTheDefinition() =>
        Gen.Select(Gen.Int[0, 4], Gen.Int[0, 12], Gen.Int[1, 21], Gen.Int[0, 1000]).Sample(
            static (batch, length, width, seed) =>
            {
                Source source = new(seed);
                // Factors of a unit are small: a sigmoid's slope times a weight.
                Matches(
                    new GatedRecurrenceGradient(),
                    [
                        source.Normal(batch, length, width), source.Uniform(0, 1, batch, length, width), source.Uniform(-0.25f, 0.25f, batch, length, 3 * width),
                        source.Uniform(-0.3f, 0.3f, 3 * width, width),
                    ],
                    (cpu, v) => Kernels.GatedRecurrenceGradient(cpu, v.In(0), v.In(1), v.In(2), v.In(3), v.Out()), 5e-6);
            },
            iter: 40);

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    public void GatedRecurrence_EachOperand_HasTheGradientOfItsDifferences(int length)
    {
        Source source = new(6);
        GradientCheck.Check(new GatedRecurrence(), source.Normal(2, length, 9), source.Uniform(-0.9f, 0.9f, 3, 9));
    }
}
