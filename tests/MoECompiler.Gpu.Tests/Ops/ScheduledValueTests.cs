using CsCheck;
using MoECompiler.Ops;
using Xunit;

namespace MoECompiler.Gpu.Tests.Ops;

public class ScheduledValueTests : GpuOpTest
{
    [Fact]
    public void ScheduledValue_AnyStep_MatchesTheDefinition() =>
        Gen.Select(Gen.Enum<ScheduleShape>(), Gen.Float[0.01f, 3], Gen.Float[0.01f, 3], Gen.Int[1, 500], Gen.Int[0, 700], Gen.Int[0, 300]).Sample(
            (shape, from, to, over, step, begin) =>
            {
                RandomState random = new(1, step);
                Matches(
                    new ScheduledValue(shape, from, to, over, begin), [],
                    (gpu, v) => GpuKernels.ScheduledValue(gpu, v.Out(), random, Shape: shape, From: from, To: to, Over: over, Begin: begin), 1e-7, random);
            },
            iter: Cases, threads: 1);
}
