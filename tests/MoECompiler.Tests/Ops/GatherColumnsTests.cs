using CsCheck;
using MoECompiler.Ops;
using Xunit;

namespace MoECompiler.Tests.Ops;

[Tests(typeof(GatherColumns), typeof(ScatterColumns))]
public class GatherColumnsTests : OpTest
{
    private static readonly Gen<(int Rows, int Columns, int Count, int Seed)> s_shapes = Gen.Select(Extent, Gen.Int[1, 40], Gen.Int[0, 9], Gen.Int);

    [Fact]
    public void GatherColumns_AnyRows_PicksElements() => s_shapes.Sample(
        (rows, columns, count, seed) =>
        {
            Source source = new(seed);
            Matches(
                new GatherColumns(), [source.Normal(rows, columns), source.IndicesFrom(-1, columns, rows, count)],
                (cpu, v) => Kernels.GatherColumns(cpu, v.In(0), v.Indices(1), v.Out()), 0);
        },
        iter: Cases);

    [Fact]
    public void ScatterColumns_RepeatedIndices_AddsInOrder() => s_shapes.Sample(
        (rows, columns, count, seed) =>
        {
            Source source = new(seed);
            Matches(
                new ScatterColumns(columns), [source.Normal(rows, count), source.IndicesFrom(-1, columns, rows, count)],
                (cpu, v) => Kernels.ScatterColumns(cpu, v.In(0), v.Indices(1), v.Out()), 2e-6);
        },
        iter: Cases);

    [Fact]
    public void GatherColumns_Operand_HasTheGradientOfItsDifferences() =>
        GradientCheck.Check(new GatherColumns(), new Source(1).Normal(2, 4), TestTensor.I32([2, 3], 2, 0, 2, 3, -1, 0));

    [Fact]
    public void ScatterColumns_Operand_HasTheGradientOfItsDifferences() =>
        GradientCheck.Check(new ScatterColumns(4), new Source(1).Normal(2, 3), TestTensor.I32([2, 3], 2, 0, 2, 3, -1, 0));

    [Fact]
    public void GatherColumns_IndexOutside_IsNamed()
    {
        using CpuDevice cpu = new(1);
        View<int> indices = cpu.Upload<int>([0, 1, 2, 3], 2, 2);
        ArgumentException error = Assert.Throws<ArgumentException>(
            () => Kernels.GatherColumns(cpu, cpu.New<float>(2, 3), indices, cpu.New<float>(2, 2)));
        Assert.Equal("The column at position 3 is 3; there are 3, numbered from 0, and -1 is none.", error.Message);
        Assert.Throws<ArgumentException>(() => Kernels.ScatterColumns(cpu, cpu.New<float>(2, 2), indices, cpu.New<float>(2, 3)));
    }
}
