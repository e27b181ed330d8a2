using CsCheck;
using MoECompiler.Graphs;
using MoECompiler.Ops;
using Xunit;

namespace MoECompiler.Tests.Ops;

[Tests(typeof(PickPairs))]
public class PickPairsTests : OpTest
{
    [Fact]
    public void PickPairs_AnyPicks_MatchesTheDefinition() => Gen.Select(Extent, Gen.Int[1, 9], Gen.Int[1, 9], Extent, Gen.Int).Sample(
        static (tokens, rows, columns, count, seed) =>
        {
            Source source = new(seed);
            Matches(
                new PickPairs(40), [source.Indices(30, tokens, rows), source.Indices(40, tokens, columns), source.Indices(rows * columns, tokens, count)],
                static (cpu, v) => Kernels.PickPairs(cpu, v.Indices(0), v.Indices(1), v.Indices(2), v.OutIndices(), Columns: 40), 0);
        },
        iter: Cases);

    [Fact]
    public void PickPairs_PickOfNoPair_IsNamed()
    {
        using CpuDevice cpu = new(1);
        View<int> best = cpu.Upload<int>([4, 1], 1, 2);
        ArgumentException error = Assert.Throws<ArgumentException>(
            () => Kernels.PickPairs(cpu, best, best, cpu.Upload<int>([3, 4], 1, 2), cpu.New<int>(1, 2), Columns: 5));
        Assert.Equal("The pair at position 1 is 4; there are 4, numbered from 0.", error.Message);
        Assert.Throws<ShapeError>(() => new PickPairs(5).Infer([TensorType.I32(2, 1), TensorType.I32(3, 1), TensorType.I32(2, 1)]));
    }
}
