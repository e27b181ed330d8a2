using CsCheck;
using MoECompiler.Tests.Ops;
using Xunit;

namespace MoECompiler.Gpu.Tests.Ops;

// In here the ops come before the modules of the same names.
using MoECompiler.Ops;

public class PairBiasTests : GpuOpTest
{
    /// <summary>More pairs than are computed at once.</summary>
    private static readonly PairCase s_large = new(1, 70, 3, 4, 2, 1);

    [Fact]
    public void PairBias_AnyExtents_MatchesTheDefinition()
    {
        PairCase.Any.Sample(Check, iter: Cases, threads: 1);
        Check(s_large);

        static void Check(PairCase c) => Matches(
            new PairBias(), c.Operands(),
            (gpu, v) => GpuKernels.PairBias(gpu, v.In(0), v.In(1), v.In(2), v.In(3), v.In(4), v.In(5), v.In(6), v.In(7), v.Out()), 1e-5);
    }

    [Fact]
    public void PairBiasGradient_AnyExtents_MatchesTheDefinition()
    {
        PairCase.Any.Sample(Check, iter: Cases, threads: 1);
        Check(s_large);

        static void Check(PairCase c) => Matches(
            new PairBiasGradient(), c.BackwardOperands(),
            (gpu, v) => GpuKernels.PairBiasGradient(
                gpu, v.In(0), v.In(1), v.In(2), v.In(3), v.In(4), v.In(5), v.In(6), v.In(7), v.Out(0), v.Out(1), v.Out(2), v.Out(3), v.Out(4), v.Out(5), v.Out(6)), 1e-4);
    }

    [Fact]
    public void BellSums_AnyExtents_MatchesTheDefinition() => PairCase.Any.Sample(
        static c => Matches(
            new BellSums(), c.Operands()[..4], (gpu, v) => GpuKernels.BellSums(gpu, v.In(0), v.In(1), v.In(2), v.In(3), v.Out()), 1e-5), iter: Cases, threads: 1);

    [Fact]
    public void BellSumsGradient_AnyExtents_MatchesTheDefinition() => PairCase.Any.Sample(
        static c => Matches(
            new BellSumsGradient(), [.. c.Operands()[..4], new Source(c.Seed + 1).Normal(c.Samples, c.Places, c.Bells)],
            (gpu, v) => GpuKernels.BellSumsGradient(gpu, v.In(0), v.In(1), v.In(2), v.In(3), v.In(4), v.Out(0), v.Out(1), v.Out(2)), 1e-4), iter: Cases, threads: 1);
}
