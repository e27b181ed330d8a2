using CsCheck;
using Xunit;

namespace MoECompiler.Tests.Ops;

// In here the ops come before the modules of the same names.
using MoECompiler.Ops;

[Tests(typeof(PairBias), typeof(PairBiasGradient), typeof(BellSums), typeof(BellSumsGradient))]
public class PairBiasTests : OpTest
{
    [Fact]
    public void PairBias_AnyExtents_MatchesTheDefinition()
    {
        PairCase.Any.Sample(Check, iter: Cases);
        Check(new(3, 33, 40, 70, 5, 1));

        static void Check(PairCase c) => Matches(
            new PairBias(), c.Operands(),
            (cpu, v) => Kernels.PairBias(cpu, v.In(0), v.In(1), v.In(2), v.In(3), v.In(4), v.In(5), v.In(6), v.In(7), v.Out()), 1e-5);
    }

    [Fact]
    public void PairBiasGradient_AnyExtents_MatchesTheDefinition()
    {
        PairCase.Any.Sample(Check, iter: Cases);
        Check(new(3, 33, 40, 70, 5, 2));

        static void Check(PairCase c) => Matches(
            new PairBiasGradient(), c.BackwardOperands(),
            (cpu, v) => Kernels.PairBiasGradient(
                cpu, v.In(0), v.In(1), v.In(2), v.In(3), v.In(4), v.In(5), v.In(6), v.In(7), v.Out(0), v.Out(1), v.Out(2), v.Out(3), v.Out(4), v.Out(5), v.Out(6)), 1e-4);
    }

    [Fact]
    public void BellSums_AnyExtents_MatchesTheDefinition() => PairCase.Any.Sample(
        static c => Matches(
            new BellSums(), c.Operands()[..4], (cpu, v) => Kernels.BellSums(cpu, v.In(0), v.In(1), v.In(2), v.In(3), v.Out()), 1e-5), iter: Cases);

    [Fact]
    public void BellSumsGradient_AnyExtents_MatchesTheDefinition() => PairCase.Any.Sample(
        static c => Matches(
            new BellSumsGradient(), [.. c.Operands()[..4], new Source(c.Seed + 1).Normal(c.Samples, c.Places, c.Bells)],
            (cpu, v) => Kernels.BellSumsGradient(cpu, v.In(0), v.In(1), v.In(2), v.In(3), v.In(4), v.Out(0), v.Out(1), v.Out(2)), 1e-4), iter: Cases);

    [Fact]
    public void PairBiasAndBellSums_EachOperand_HaveTheGradientOfTheirDifferences()
    {
        TestTensor[] operands = new PairCase(2, 3, 4, 5, 2, 3).Operands();
        GradientCheck.Check(new PairBias(), operands);
        GradientCheck.Check(new BellSums(), operands[..4]);
    }
}
