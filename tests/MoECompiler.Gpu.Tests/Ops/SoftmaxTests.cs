using MoECompiler.Ops;
using MoECompiler.Tests.Ops;
using Xunit;

namespace MoECompiler.Gpu.Tests.Ops;

public class SoftmaxTests : GpuOpTest
{
    private const double Tolerance = 1e-6;

    [Fact]
    public void Softmax_AnyRows_MatchesTheDefinition() => ForMatrices((rows, columns, seed) =>
        Matches(new Softmax(), [new Source(seed).Uniform(-30, 30, rows, columns)], (gpu, v) => GpuKernels.Softmax(gpu, v.In(0), v.Out()), Tolerance));

    [Fact]
    public void SoftmaxGradient_AnyRows_MatchesTheDefinition() => ForMatrices((rows, columns, seed) =>
    {
        Source source = new(seed);
        Matches(
            new SoftmaxGradient(), [source.Shares(rows, columns), source.Normal(rows, columns)],
            (gpu, v) => GpuKernels.SoftmaxGradient(gpu, v.In(0), v.In(1), v.Out()), Tolerance);
    });
}
