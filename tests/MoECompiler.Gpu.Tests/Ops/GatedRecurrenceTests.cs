using CsCheck;
using MoECompiler.Ops;
using MoECompiler.Tests.Ops;
using Xunit;

namespace MoECompiler.Gpu.Tests.Ops;

public class GatedRecurrenceTests : GpuOpTest
{
    [Fact]
    public void GatedRecurrence_AnySequences_MatchesTheDefinition() =>
        Gen.Select(Gen.Int[0, 3], Gen.Int[0, 8], Gen.Int[1, 21], Gen.Int[0, 1000]).Sample(
            static (batch, length, width, seed) =>
            {
                Source source = new(seed);
                Matches(
                    new GatedRecurrence(), [source.Normal(batch, length, 3 * width), source.Uniform(-0.3f, 0.3f, width, 3 * width)],
                    (gpu, v) => GpuKernels.GatedRecurrence(gpu, v.In(0), v.In(1), v.Out()), 5e-6);
            },
            iter: Cases, threads: 1);

    [Fact]
    public void GatedRecurrenceGradient_AnySequences_MatchesTheDefinition() =>
        Gen.Select(Gen.Int[0, 3], Gen.Int[0, 8], Gen.Int[1, 21], Gen.Int[0, 1000]).Sample(
            static (batch, length, width, seed) =>
            {
                Source source = new(seed);
                Matches(
                    new GatedRecurrenceGradient(),
                    [
                        source.Normal(batch, length, width), source.Uniform(0, 1, batch, length, width), source.Uniform(-0.25f, 0.25f, batch, length, 3 * width),
                        source.Uniform(-0.3f, 0.3f, 3 * width, width),
                    ],
                    (gpu, v) => GpuKernels.GatedRecurrenceGradient(gpu, v.In(0), v.In(1), v.In(2), v.In(3), v.Out()), 5e-6);
            },
            iter: Cases, threads: 1);
}
