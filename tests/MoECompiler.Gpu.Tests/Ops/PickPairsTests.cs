using CsCheck;
using MoECompiler.Ops;
using MoECompiler.Tests.Ops;
using Xunit;

namespace MoECompiler.Gpu.Tests.Ops;

public class PickPairsTests : GpuOpTest
{
    [Fact]
    public void PickPairs_AnyPicks_MatchesTheDefinition() => Gen.Select(Extent, Gen.Int[1, 9], Gen.Int[1, 9], Extent, Gen.Int).Sample(
        static (tokens, rows, columns, count, seed) =>
        {
            Source source = new(seed);
            Matches(
                new PickPairs(40), [source.Indices(30, tokens, rows), source.Indices(40, tokens, columns), source.Indices(rows * columns, tokens, count)],
                static (gpu, v) => GpuKernels.PickPairs(gpu, v.Indices(0), v.Indices(1), v.Indices(2), v.OutIndices(), Columns: 40), 0);
        },
        iter: Cases, threads: 1);
}
