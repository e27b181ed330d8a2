using MoECompiler.Ops;
using MoECompiler.Tests.Ops;
using Xunit;

namespace MoECompiler.Gpu.Tests.Ops;

public class CopyTests : GpuOpTest
{
    [Fact]
    public void Copy_AnyElements_AreTheSame() => ForMatrices((rows, columns, seed) =>
    {
        Source source = new(seed);
        Matches(new Copy(), [source.Normal(rows, columns)], (gpu, v) => GpuKernels.Copy(gpu, v.In(0), v.Out()), 0);
        Matches(new Copy(), [source.Normal(rows, 4 * columns)], (gpu, v) => GpuKernels.Copy(gpu, v.In(0), v.Out()), 0);
        Matches(new Copy(), [source.Indices(99, rows, columns)], (gpu, v) => GpuKernels.Copy(gpu, v.Indices(0), v.OutIndices()), 0);
    });

    /// <summary>Such as a metric's value beside others: not where sixteen bytes can be read at once.</summary>
    [Fact]
    public void Copy_ViewsAtAnyElement_AreTheSame()
    {
        using GpuOpViews views = new(TestDevice.Instance, [TestTensor.F32([9], 0, 1, 2, 3, 4, 5, 6, 7, 8)], [[9]]);
        GpuKernels.Fill(TestDevice.Instance, views.Out(), Number: -1);
        GpuKernels.Copy(TestDevice.Instance, views.In(0).Part(1, new Extents(4)), views.Out().Part(4, new Extents(4)));
        GpuKernels.Copy(TestDevice.Instance, views.In(0).Part(4, new Extents(4)), views.Out().Part(0, new Extents(4)));
        Assert.Equal([4, 5, 6, 7, 1, 2, 3, 4, -1], views.Out().ToArray());
    }

    [Fact]
    public void Fill_AnyShape_HoldsTheNumber() => ForMatrices((rows, columns, seed) =>
        Matches(new Fill(0.5f, [rows, columns]), [], (gpu, v) => GpuKernels.Fill(gpu, v.Out(), Number: 0.5f), 0));

    [Fact]
    public void Iota_AnyCount_Counts() => ForMatrices((rows, columns, _) =>
        Matches(new Iota(rows * columns), [], (gpu, v) => GpuKernels.Iota(gpu, v.Out()), 0));
}
