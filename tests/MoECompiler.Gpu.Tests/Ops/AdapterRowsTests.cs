using CsCheck;
using MoECompiler.Graphs;
using MoECompiler.Ops;
using MoECompiler.Tests.Ops;
using Xunit;

namespace MoECompiler.Gpu.Tests.Ops;

public class AdapterRowsTests : GpuOpTest
{
    [Fact]
    public void AdapterOfRow_AnyRowsASample_MatchesTheDefinition() => Gen.Select(Extent, Gen.Int[0, 7], Gen.Int[1, 5], Gen.Int).Sample(
        (samples, each, adapters, seed) => Matches(
            new AdapterOfRow(samples * each, adapters), [new Source(seed).Indices(adapters, samples)],
            (gpu, v) => GpuKernels.AdapterOfRow(gpu, v.Indices(0), v.OutIndices(0), Adapters: adapters), 0),
        iter: Cases, threads: 1);

    [Fact]
    public void AdapterPairs_AnyRouting_MatchesTheDefinition() => ForRoutings((source, routing, adapters) => Matches(
        new AdapterPairs(), [source.Indices(1 + adapters, routing.Tokens), routing.Offsets, routing.Position],
        (gpu, v) => GpuKernels.AdapterPairs(gpu, v.Indices(0), v.Indices(1), v.Indices(2), v.OutIndices(0)), 0));

    [Fact]
    public void Reorder_BetweenTwoDispatches_MatchesTheDefinition() => ForRoutings((source, routing, columns) =>
    {
        TestTensor adapters = source.Indices(3, routing.Tokens);
        TestTensor pairs = Integers(Define(new AdapterPairs(), [adapters, routing.Offsets, routing.Position]).Values["y0"]);
        var other = Define(new Dispatch(3 * routing.Experts), [pairs]).Values;
        TestTensor rows = source.Normal(routing.Rows, columns);
        Matches(new Reorder(), [rows, routing.Position, Integers(other["y0"])], (gpu, v) => GpuKernels.Reorder(gpu, v.In(0), v.Indices(1), v.Indices(2), v.Out()), 0);
        Matches(new Reorder(), [rows, Integers(other["y2"]), routing.Order], (gpu, v) => GpuKernels.Reorder(gpu, v.In(0), v.Indices(1), v.Indices(2), v.Out()), 0);
    });

    /// <summary>A device looks at no data beforehand: the dispatch that reads such a number gives the row to nobody.</summary>
    [Fact]
    public void AdapterOfRow_AdapterThatIsNot_StaysAndIsDroppedLater()
    {
        using GpuOpViews views = new(TestDevice.Instance, [TestTensor.I32([2], 7, -1)], [([4], DType.I32)]);
        GpuKernels.AdapterOfRow(TestDevice.Instance, views.Indices(0), views.OutIndices(0), Adapters: 3);
        Assert.Equal([7, 7, -1, -1], views.OutIndices(0).ToArray());
    }
}
