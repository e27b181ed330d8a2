using CsCheck;
using MoECompiler.Graphs;
using MoECompiler.Ops;
using MoECompiler.Tests.Ops;
using Xunit;

namespace MoECompiler.Gpu.Tests.Ops;

public class RowGradientTests : GpuOpTest
{
    [Fact]
    public void RowOrder_AnyNumbers_MatchesTheDefinition()
    {
        Gen.Select(Gen.Int[1, 30], Extent, Gen.Int).Sample(Check, iter: Cases, threads: 1);
        Check(1_000_000, TestDevice.IsSimulated ? 40 : 4_000, 1);

        static void Check(int rows, int count, int seed) => Matches(
            new RowOrder(rows), [new Source(seed).Indices(rows, count)],
            (gpu, v) => GpuKernels.RowOrder(gpu, v.Indices(0), v.OutIndices(0), v.OutIndices(1), Rows: rows), 0);
    }

    /// <summary>No device stops at a number outside of the table: it is left out.</summary>
    [Fact]
    public void RowOrder_NumbersOutsideTheTable_AreLeftOut()
    {
        TestTensor[] operands = [TestTensor.I32([4], 5, -1, 3, 5), TestTensor.F32([4, 1], 1, 2, 3, 4)];
        using GpuOpViews views = new(TestDevice.Instance, operands, [([4], DType.I32), ([4], DType.I32), ([4, 1], DType.F32)]);
        GpuKernels.RowOrder(TestDevice.Instance, views.Indices(0), views.OutIndices(0), views.OutIndices(1), Rows: 5);
        GpuKernels.RowSums(TestDevice.Instance, views.In(1), views.OutIndices(0), views.OutIndices(1), views.Out(2));
        Assert.Equal([3, -1, -1, -1], views.OutIndices(0).ToArray());
        Assert.Equal([2, -1, -1, -1], views.OutIndices(1).ToArray());
        Assert.Equal([3, 0, 0, 0], views.Out(2).ToArray());
    }

    [Fact]
    public void RowSums_AnyRows_MatchesTheDefinition() => Gen.Select(Gen.Int[1, 9], Extent, Extent, Gen.Int).Sample(
        static (rows, count, columns, seed) =>
        {
            Source source = new(seed);
            (TestTensor named, TestTensor order) = source.RowsRead(rows, count);
            Matches(
                new RowSums(), [source.Normal(count, columns), named, order],
                static (gpu, v) => GpuKernels.RowSums(gpu, v.In(0), v.Indices(1), v.Indices(2), v.Out()), 1e-5);
        },
        iter: Cases, threads: 1);
}
