using CsCheck;
using MoECompiler.Ops;
using Xunit;

namespace MoECompiler.Tests.Ops;

[Tests(typeof(Gather), typeof(ScatterRows))]
public class GatherTests : OpTest
{
    [Fact]
    public void Gather_AnyTable_CopiesRows()
    {
        Gen.Select(Gen.Int[1, 20], Extent, Extent, Gen.Int).Sample(Check, iter: Cases);
        Check(5_000, 300, 1_001, 1);

        static void Check(int rows, int columns, int count, int seed)
        {
            Source source = new(seed);
            Matches(
                new Gather(), [source.Normal(rows, columns), source.Indices(rows, count)],
                (cpu, v) => Kernels.Gather(cpu, v.In(0), v.Indices(1), v.Out()), 0);
        }
    }

    [Fact]
    public void ScatterRows_RepeatedIndices_AddsInOrder()
    {
        Gen.Select(Gen.Int[1, 20], Extent, Extent, Gen.Int).Sample(Check, iter: Cases);
        Check(50, 300, 1_001, 1);
        Check(3, 131, 5_000, 2);

        static void Check(int rows, int columns, int count, int seed)
        {
            Source source = new(seed);
            Matches(
                new ScatterRows(rows), [source.Indices(rows, count), source.Normal(count, columns)],
                (cpu, v) => Kernels.ScatterRows(cpu, v.Indices(0), v.In(1), v.Out()), 1e-4);
        }
    }

    [Fact]
    public void Gather_Table_HasTheGradientOfItsDifferences() =>
        GradientCheck.Check(new Gather(), new Source(1).Normal(4, 3), TestTensor.I32([2, 3], 2, 0, 2, 3, 2, 0));

    [Theory]
    [InlineData(-1)]
    [InlineData(4)]
    public void Gather_IndexOutside_IsNamed(int outside)
    {
        using CpuDevice cpu = new(2);
        View<float> table = cpu.New<float>(4, 2);
        View<int> indices = cpu.Upload<int>([3, outside, 0], 3);
        ArgumentException error = Assert.Throws<ArgumentException>(() => Kernels.Gather(cpu, table, indices, cpu.New<float>(3, 2)));
        Assert.Equal($"The row at position 1 is {outside}; there are 4, numbered from 0.", error.Message);
        Assert.Throws<ArgumentException>(() => Kernels.ScatterRows(cpu, indices, cpu.New<float>(3, 2), table));
    }
}
