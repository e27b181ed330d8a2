using CsCheck;
using MoECompiler.Ops;
using MoECompiler.Tests.Ops;
using Xunit;

namespace MoECompiler.Gpu.Tests.Ops;

public class DispatchTests : GpuOpTest
{
    private static readonly Gen<(int Tokens, int Experts, int Slots, int Seed)> s_shapes = Gen.Select(Extent, Gen.Int[1, 20], Gen.Int[1, 20], Gen.Int);

    [Fact]
    public void Dispatch_AnyChoices_MatchesTheDefinition()
    {
        s_shapes.Sample(Check, iter: Cases, threads: 1);
        Check(TestDevice.IsSimulated ? 20 : 9_000, 5, 3, 1);

        static void Check(int tokens, int experts, int slots, int seed) => Matches(
            new Dispatch(experts), [new Source(seed).Slots(tokens, Math.Min(slots, experts), experts)],
            (gpu, v) => GpuKernels.Dispatch(gpu, v.Indices(0), v.OutIndices(0), v.OutIndices(1), v.OutIndices(2)), 0);
    }

    [Fact]
    public void Dispatch_Capacity_DropsLaterSlotsAndTokens()
    {
        Gen.Select(s_shapes, Gen.Int[0, 30]).Sample(
            (shape, capacity) => Check(shape.Tokens, shape.Experts, shape.Slots, capacity, shape.Seed), iter: 2 * Cases, threads: 1);
        int tokens = TestDevice.IsSimulated ? 20 : 9_000;
        Check(tokens, 5, 3, tokens / 2, 1);
        Check(tokens, 5, 3, tokens / 5, 2);

        static void Check(int tokens, int experts, int slots, int capacity, int seed) => Matches(
            new Dispatch(experts, capacity), [new Source(seed).Slots(tokens, Math.Min(slots, experts), experts)],
            (gpu, v) => GpuKernels.Dispatch(gpu, v.Indices(0), v.OutIndices(0), v.OutIndices(1), v.OutIndices(2), Capacity: capacity), 0);
    }

    /// <summary>Worked out by hand: expert 1 is the first slot of tokens 1 and 2, so the second slot of token 0 finds no room.</summary>
    [Fact]
    public void Dispatch_FullExpert_PrefersFirstSlots()
    {
        using GpuOpViews views = new(TestDevice.Instance, [TestTensor.I32([3, 2], 0, 1, 1, 2, 1, 0)], [[6], [4], [3, 2]]);
        GpuKernels.Dispatch(TestDevice.Instance, views.Indices(0), views.OutIndices(0), views.OutIndices(1), views.OutIndices(2), Capacity: 2);
        Assert.Equal([0, 5, 2, 4, 3, -1], views.OutIndices(0).ToArray());
        Assert.Equal([0, 2, 4, 5], views.OutIndices(1).ToArray());
        Assert.Equal([0, -1, 2, 4, 3, 1], views.OutIndices(2).ToArray());
    }

    [Theory]
    [InlineData(int.MaxValue)]
    [InlineData(2)]
    public void Dispatch_ExpertThatIsNot_IsDropped(int capacity)
    {
        using GpuOpViews views = new(TestDevice.Instance, [TestTensor.I32([3, 2], 0, -1, 3, 2, 2, 0)], [[6], [4], [3, 2]]);
        if (capacity == int.MaxValue)
            GpuKernels.Dispatch(TestDevice.Instance, views.Indices(0), views.OutIndices(0), views.OutIndices(1), views.OutIndices(2));
        else
            GpuKernels.Dispatch(TestDevice.Instance, views.Indices(0), views.OutIndices(0), views.OutIndices(1), views.OutIndices(2), capacity);
        Assert.Equal([0, 5, 3, 4, -1, -1], views.OutIndices(0).ToArray());
        Assert.Equal([0, 2, 2, 4], views.OutIndices(1).ToArray());
        Assert.Equal([0, -1, -1, 2, 3, 1], views.OutIndices(2).ToArray());
    }

    [Fact]
    public void DispatchAll_AnyTokens_MatchesTheDefinition() => s_shapes.Sample(
        (tokens, experts, columns, seed) => Matches(
            new DispatchAll(experts), [new Source(seed).Normal(tokens, columns)],
            (gpu, v) => GpuKernels.DispatchAll(gpu, v.In(0), v.OutIndices(0), v.OutIndices(1), v.OutIndices(2)), 0),
        iter: Cases, threads: 1);

    [Fact]
    public void ExpertLoad_AnyChoices_CountsThem() => s_shapes.Sample(
        (tokens, experts, slots, seed) => Matches(
            new ExpertLoad(experts), [new Source(seed).IndicesFrom(-1, experts, tokens, slots)],
            (gpu, v) => GpuKernels.ExpertLoad(gpu, v.Indices(0), v.Out()), 0),
        iter: Cases, threads: 1);
}
