using CsCheck;
using MoECompiler.Ops;
using MoECompiler.Tests.Ops;
using Xunit;

namespace MoECompiler.Gpu.Tests.Ops;

public class RecurrenceTests : GpuOpTest
{
    [Fact]
    public void Recurrence_AnySequences_MatchesTheDefinition() =>
        Gen.Select(Gen.Int[0, 4], Gen.Int[0, 12], Gen.Int[1, 40], Gen.Bool, Gen.Int[0, 1000]).Sample(
            static (batch, length, columns, reverse, seed) =>
            {
                Source source = new(seed);
                Matches(
                    new Recurrence(reverse), [source.Normal(batch, length, columns), source.Uniform(-0.5f, 0.95f, columns)],
                    (gpu, v) => GpuKernels.Recurrence(gpu, v.In(0), v.In(1), v.Out(), Reverse: reverse), 2e-6);
            },
            iter: 2 * Cases, threads: 1);
}
