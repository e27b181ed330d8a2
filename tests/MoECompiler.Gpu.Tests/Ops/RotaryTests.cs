using MoECompiler.Tests.Ops;
using Xunit;

namespace MoECompiler.Gpu.Tests.Ops;

// In here the ops come before the modules of the same names.
using MoECompiler.Ops;

public class RotaryTests : GpuOpTest
{
    [Theory]
    [InlineData(RotaryPairs.Halves, false)]
    [InlineData(RotaryPairs.Neighbors, true)]
    public void Rotary_AnyRows_MatchesTheDefinition(RotaryPairs pairs, bool isBack) => ForMatrices((places, half, seed) =>
    {
        (Source source, int heads, int more) = (new(seed), 1 + (seed & 1), seed & 2);
        Matches(
            new Rotary(heads, pairs, isBack), [source.Normal(2, places, heads * (2 * half + more)), source.Uniform(-1, 1, places, 2 * half)],
            (gpu, v) => GpuKernels.Rotary(gpu, v.In(0), v.In(1), v.Out(), Heads: heads, Pairs: pairs, IsBack: isBack), 1e-6);
    });

    /// <summary>Turns are counted in 24 bits: 4e-7 of an angle.</summary>
    [Fact]
    public void RotaryTable_AnyPlaces_MatchesTheDefinition()
    {
        foreach ((int places, int width, float b) in new[] { (0, 4, 10f), (1, 0, 10f), (9, 2, 10_000f), (TestDevice.IsSimulated ? 30 : 3_000, 64, 10_000f), (50, 6, 1e6f) })
            Matches(new RotaryTable(places, width, b), [], (gpu, v) => GpuKernels.RotaryTable(gpu, v.Out(), Base: b), 5e-7);
    }
}
