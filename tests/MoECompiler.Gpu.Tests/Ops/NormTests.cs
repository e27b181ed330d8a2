using MoECompiler.Tests.Ops;
using Xunit;

namespace MoECompiler.Gpu.Tests.Ops;

// In here the ops come before the modules of the same names.
using MoECompiler.Ops;

public class NormTests : GpuOpTest
{
    private const float Epsilon = 0.05f;

    [Fact]
    public void RmsNorm_AnyRows_MatchesTheDefinition() => ForMatrices((rows, columns, seed) =>
    {
        Source source = new(seed);
        TestTensor x = source.Uniform(-2, 5, rows, columns), weight = source.Normal(columns), dy = source.Normal(rows, columns);
        Matches(new RmsNorm(Epsilon), [x, weight], (gpu, v) => GpuKernels.RmsNorm(gpu, v.In(0), v.In(1), v.Out(), Epsilon: Epsilon), 2e-6);
        Matches(
            new RmsNormGradient(Epsilon), [x, weight, dy],
            (gpu, v) => GpuKernels.RmsNormGradient(gpu, v.In(0), v.In(1), v.In(2), v.Out(0), v.Out(1), Epsilon: Epsilon), 5e-5);
    });

    [Fact]
    public void LayerNorm_AnyRows_MatchesTheDefinition() => ForMatrices((rows, columns, seed) =>
    {
        Source source = new(seed);
        TestTensor x = source.Uniform(-2, 5, rows, columns), weight = source.Normal(columns), bias = source.Normal(columns), dy = source.Normal(rows, columns);
        Matches(
            new LayerNorm(Epsilon), [x, weight, bias], (gpu, v) => GpuKernels.LayerNorm(gpu, v.In(0), v.In(1), v.In(2), v.Out(), Epsilon: Epsilon), 5e-6);
        Matches(
            new LayerNormGradient(Epsilon), [x, weight, dy],
            (gpu, v) => GpuKernels.LayerNormGradient(gpu, v.In(0), v.In(1), v.In(2), v.Out(0), v.Out(1), v.Out(2), Epsilon: Epsilon), 5e-5);
    });
}
