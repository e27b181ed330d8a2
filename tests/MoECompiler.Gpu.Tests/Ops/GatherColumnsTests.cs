using CsCheck;
using MoECompiler.Ops;
using MoECompiler.Tests.Ops;
using Xunit;

namespace MoECompiler.Gpu.Tests.Ops;

public class GatherColumnsTests : GpuOpTest
{
    private static readonly Gen<(int Rows, int Columns, int Count, int Seed)> s_shapes = Gen.Select(Extent, Gen.Int[1, 40], Gen.Int[0, 9], Gen.Int);

    [Fact]
    public void GatherColumns_AnyRows_PicksElements() => s_shapes.Sample(
        (rows, columns, count, seed) =>
        {
            Source source = new(seed);
            Matches(
                new GatherColumns(), [source.Normal(rows, columns), source.IndicesFrom(-1, columns, rows, count)],
                (gpu, v) => GpuKernels.GatherColumns(gpu, v.In(0), v.Indices(1), v.Out()), 0);
        },
        iter: Cases, threads: 1);

    [Fact]
    public void ScatterColumns_RepeatedIndices_AddsInOrder() => s_shapes.Sample(
        (rows, columns, count, seed) =>
        {
            Source source = new(seed);
            Matches(
                new ScatterColumns(columns), [source.Normal(rows, count), source.IndicesFrom(-1, columns, rows, count)],
                (gpu, v) => GpuKernels.ScatterColumns(gpu, v.In(0), v.Indices(1), v.Out()), 2e-6);
        },
        iter: Cases, threads: 1);

    [Fact]
    public void GatherColumns_IndexOutside_IsNaN()
    {
        using GpuOpViews views = new(TestDevice.Instance, [TestTensor.F32([2, 2], 1, 2, 3, 4), TestTensor.I32([2, 3], 1, 2, -2, 0, 99, -1)], [[2, 3]]);
        GpuKernels.GatherColumns(TestDevice.Instance, views.In(0), views.Indices(1), views.Out());
        Assert.Equal([2, float.NaN, float.NaN, 3, float.NaN, 0], views.Out().ToArray());
    }

    [Fact]
    public void ScatterColumns_IndexOutside_AddsNothing()
    {
        using GpuOpViews views = new(TestDevice.Instance, [TestTensor.F32([2, 3], 1, 2, 4, 8, 16, 32), TestTensor.I32([2, 3], 1, 2, -2, 0, 99, 0)], [[2, 2]]);
        GpuKernels.ScatterColumns(TestDevice.Instance, views.In(0), views.Indices(1), views.Out());
        Assert.Equal([0, 1, 40, 0], views.Out().ToArray());
    }
}
