using CsCheck;
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
        GpuDevice gpu = TestDevice.Instance;
        View<int> numbers = gpu.Allocate(4 * sizeof(int)).View<int>(new Extents(4));
        numbers.CopyFrom([5, -1, 3, 5]);
        (View<int> rows, View<int> order) = (gpu.New<int>(4), gpu.New<int>(4));
        GpuKernels.RowOrder(gpu, numbers, rows, order, Rows: 5);
        Assert.Equal([3, -1, -1, -1], rows.ToArray());
        Assert.Equal([2, -1, -1, -1], order.ToArray());
        View<float> sums = gpu.New<float>(4, 1);
        View<float> x = gpu.New<float>(4, 1);
        x.CopyFrom([1, 2, 3, 4]);
        GpuKernels.RowSums(gpu, x, rows, order, sums);
        Assert.Equal([3, 0, 0, 0], sums.ToArray());
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
