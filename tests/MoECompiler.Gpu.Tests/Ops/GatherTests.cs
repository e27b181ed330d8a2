using MoECompiler.Ops;
using MoECompiler.Tests.Ops;
using Xunit;
using Size = MoECompiler.Graphs.Size;

namespace MoECompiler.Gpu.Tests.Ops;

public class GatherTests : GpuOpTest
{
    [Fact]
    public void GatherAndScatterRows_AnyIndices_MatchTheDefinition() => ForMatrices((count, columns, seed) =>
    {
        Source source = new(seed);
        int rows = 1 + Math.Abs(seed % 7);
        TestTensor indices = source.Indices(rows, count);
        Matches(new Gather(), [source.Normal(rows, columns), indices], (gpu, v) => GpuKernels.Gather(gpu, v.In(0), v.Indices(1), v.Out()), 0);
        Matches(
            new ScatterRows(Size.Of(rows)), [indices, source.Normal(count, columns)],
            (gpu, v) => GpuKernels.ScatterRows(gpu, v.Indices(0), v.In(1), v.Out()), 1e-5);
    });

    [Fact]
    public void Gather_IndexOutsideTheTable_GivesNaN()
    {
        GpuDevice gpu = TestDevice.Instance;
        using GpuOpViews views = new(gpu, [new Source(1).Normal(2, 2), TestTensor.I32([3], 1, 2, -1)], [[3, 2]]);
        GpuKernels.Gather(gpu, views.In(0), views.Indices(1), views.Out());
        Assert.Equal([false, false, true, true, true, true], views.Out().ToArray().Select(float.IsNaN));
    }
}
