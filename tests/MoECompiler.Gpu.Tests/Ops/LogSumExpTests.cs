using MoECompiler.Ops;
using MoECompiler.Tests.Ops;
using Xunit;

namespace MoECompiler.Gpu.Tests.Ops;

public class LogSumExpTests : GpuOpTest
{
    private const double Tolerance = 1e-6;

    [Fact]
    public void LogSumExp_AnyRows_MatchesTheDefinition() => ForMatrices((rows, columns, seed) => Matches(
        new LogSumExp(), [new Source(seed).Uniform(-40, 40, rows, columns)], (gpu, v) => GpuKernels.LogSumExp(gpu, v.In(0), v.Out()), Tolerance));

    [Fact]
    public void LogSumExp_InfiniteRows_AreInfinite()
    {
        (float infinity, float least) = (float.PositiveInfinity, float.NegativeInfinity);
        Matches(
            new LogSumExp(), [TestTensor.F32([4, 2], infinity, 1, least, least, least, 3, float.NaN, infinity)],
            (gpu, v) => GpuKernels.LogSumExp(gpu, v.In(0), v.Out()), Tolerance);
    }
}
