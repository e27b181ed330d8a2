using CsCheck;
using MoECompiler.Ops;
using MoECompiler.Tests.Ops;
using Xunit;

namespace MoECompiler.Gpu.Tests.Ops;

public class GatherTests : GpuOpTest
{
    [Fact]
    public void Gather_AnyTable_CopiesRows()
    {
        Gen.Select(Gen.Int[1, 20], Extent, Extent, Gen.Int).Sample(Check, iter: Cases, threads: 1);
        Check(7, 12, 5, 2);
        if (!TestDevice.IsSimulated)
            Check(5_000, 300, 1_001, 1);

        static void Check(int rows, int columns, int count, int seed)
        {
            Source source = new(seed);
            Matches(
                new Gather(), [source.Normal(rows, columns), source.Indices(rows, count)],
                (gpu, v) => GpuKernels.Gather(gpu, v.In(0), v.Indices(1), v.Out()), 0);
        }
    }

    [Fact]
    public void Gather_OfAStoredTable_Widens() => Gen.Select(Gen.Int[1, 20], Extent, Extent, Gen.Int).Sample(
        static (rows, columns, count, seed) =>
        {
            Source source = new(seed);
            (TestTensor table, TestTensor indices) = (source.Normal(rows, columns), source.Indices(rows, count));
            Matches(new Gather(), [table.As<Half>(), indices], static (gpu, v) => GpuKernels.Gather(gpu, v.In<Half>(0), v.Indices(1), v.Out()), 0);
            Matches(new Gather(), [table.As<BFloat16>(), indices], static (gpu, v) => GpuKernels.Gather(gpu, v.In<BFloat16>(0), v.Indices(1), v.Out()), 0);
        },
        iter: Cases,
        threads: 1);

    [Fact]
    public void ScatterRows_RepeatedIndices_AddsThem()
    {
        Gen.Select(Gen.Int[1, 20], Extent, Extent, Gen.Int).Sample(Check, iter: Cases, threads: 1);
        Check(3, 2, 400, 2);
        Check(1_200, 1, 20, 3);
        if (TestDevice.IsSimulated)
            return;
        Check(50, 300, 1_001, 1);
        Check(3, 131, 5_000, 2);
        Check(2_000, 33, 5_000, 4);

        static void Check(int rows, int columns, int count, int seed)
        {
            Source source = new(seed);
            Matches(
                new ScatterRows(rows), [source.Indices(rows, count), source.Normal(count, columns)],
                (gpu, v) => GpuKernels.ScatterRows(gpu, v.Indices(0), v.In(1), v.Out()), 1e-4);
        }
    }

    [Fact]
    public void Gather_IndexOutside_IsNaNAndAddsNothing()
    {
        TestTensor[] operands = [TestTensor.F32([2, 2], 1, 2, 3, 4), TestTensor.I32([3], -1, 1, 2), TestTensor.F32([3, 2], 1, 2, 3, 4, 5, 6)];
        using GpuOpViews views = new(TestDevice.Instance, operands, [[3, 2], [2, 2]]);
        GpuKernels.Gather(TestDevice.Instance, views.In(0), views.Indices(1), views.Out());
        GpuKernels.ScatterRows(TestDevice.Instance, views.Indices(1), views.In(2), views.Out(1));
        Assert.Equal([float.NaN, float.NaN, 3, 4, float.NaN, float.NaN], views.Out().ToArray());
        Assert.Equal([0, 0, 3, 4], views.Out(1).ToArray());
    }
}
