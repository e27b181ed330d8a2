using CsCheck;
using MoECompiler.Graphs;
using MoECompiler.Ops;
using Xunit;

namespace MoECompiler.Tests.Ops;

[Tests(typeof(RowOrder), typeof(RowSums))]
public class RowGradientTests : OpTest
{
    [Fact]
    public void RowOrder_AnyNumbers_MatchesTheDefinition()
    {
        Gen.Select(Gen.Int[1, 30], Extent, Gen.Int).Sample(Check, iter: Cases);
        Check(1_000_000, 4_000, 1);

        static void Check(int rows, int count, int seed) => Matches(
            new RowOrder(rows), [new Source(seed).Indices(rows, count)],
            (cpu, v) => Kernels.RowOrder(cpu, v.Indices(0), v.OutIndices(0), v.OutIndices(1), Rows: rows), 0);
    }

    [Fact]
    public void RowSums_AnyRows_MatchesTheDefinition() => Gen.Select(Gen.Int[1, 9], Extent, Extent, Gen.Int).Sample(
        static (rows, count, columns, seed) =>
        {
            Source source = new(seed);
            (TestTensor named, TestTensor order) = source.RowsRead(rows, count);
            Matches(
                new RowSums(), [source.Normal(count, columns), named, order],
                static (cpu, v) => Kernels.RowSums(cpu, v.In(0), v.Indices(1), v.Indices(2), v.Out()), 1e-5);
        },
        iter: Cases);

    /// <summary>Worked out by hand.</summary>
    [Fact]
    public void RowOrder_RowsThatComeAgain_AreNamedOnce()
    {
        using CpuDevice cpu = new(1);
        (View<int> rows, View<int> order) = (cpu.New<int>(5), cpu.New<int>(5));
        Kernels.RowOrder(cpu, cpu.Upload<int>([7, 2, 7, 0, 7], 5), rows, order, Rows: 8);
        Assert.Equal([0, 2, 7, -1, -1], rows.Span.ToArray());
        Assert.Equal([3, 1, 0, 2, 4], order.Span.ToArray());
        ArgumentException error = Assert.Throws<ArgumentException>(() => Kernels.RowOrder(cpu, cpu.Upload<int>([1, 8], 2), cpu.New<int>(2), cpu.New<int>(2), Rows: 8));
        Assert.Equal("The row at position 1 is 8; there are 8, numbered from 0.", error.Message);
        Assert.Throws<ShapeError>(() => new RowOrder(8).Infer([TensorType.F32(2)]));
    }
}
