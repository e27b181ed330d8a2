using MoECompiler.Ops;
using MoECompiler.Tests.Ops;
using Xunit;

namespace MoECompiler.Gpu.Tests.Ops;

public class SquaredNormTests : GpuOpTest
{
    private const double Tolerance = 2e-6;

    [Fact]
    public void SquaredNorm_AnyRows_MatchesTheDefinition() => ForMatrices((rows, columns, seed) => Matches(
        new SquaredNorm(), [new Source(seed).Normal(rows, columns)], (gpu, v) => GpuKernels.SquaredNorm(gpu, v.In(0), v.Out()), Tolerance));
}
