using CsCheck;
using MoECompiler.Ops;
using Xunit;

namespace MoECompiler.Tests.Ops;

[Tests(typeof(Dispatch), typeof(DispatchAll), typeof(ExpertLoad))]
public class DispatchTests : OpTest
{
    private static readonly Gen<(int Tokens, int Experts, int Slots, int Seed)> s_shapes = Gen.Select(Extent, Gen.Int[1, 20], Gen.Int[1, 20], Gen.Int);

    [Fact]
    public void Dispatch_AnyChoices_MatchesTheDefinition() => s_shapes.Sample(
        (tokens, experts, slots, seed) => Matches(
            new Dispatch(experts), [new Source(seed).Slots(tokens, Math.Min(slots, experts), experts)],
            (cpu, v) => Kernels.Dispatch(cpu, v.Indices(0), v.OutIndices(0), v.OutIndices(1), v.OutIndices(2)), 0),
        iter: Cases);

    [Fact]
    public void Dispatch_Capacity_DropsLaterSlotsAndTokens() => Gen.Select(s_shapes, Gen.Int[0, 30]).Sample(
        (shape, capacity) => Matches(
            new Dispatch(shape.Experts, capacity), [new Source(shape.Seed).Slots(shape.Tokens, Math.Min(shape.Slots, shape.Experts), shape.Experts)],
            (cpu, v) => Kernels.Dispatch(cpu, v.Indices(0), v.OutIndices(0), v.OutIndices(1), v.OutIndices(2), Capacity: capacity), 0),
        iter: 2 * Cases);

    /// <summary>Worked out by hand: expert 1 is the first slot of tokens 1 and 2, so the second slot of token 0 finds no room.</summary>
    [Fact]
    public void Dispatch_FullExpert_PrefersFirstSlots()
    {
        using CpuDevice cpu = new(1);
        View<int> experts = cpu.Upload<int>([0, 1, 1, 2, 1, 0], 3, 2);
        (View<int> order, View<int> offsets, View<int> position) = (cpu.New<int>(6), cpu.New<int>(4), cpu.New<int>(3, 2));
        Kernels.Dispatch(cpu, experts, order, offsets, position, Capacity: 2);
        Assert.Equal([0, 5, 2, 4, 3, -1], order.Span.ToArray());
        Assert.Equal([0, 2, 4, 5], offsets.Span.ToArray());
        Assert.Equal([0, -1, 2, 4, 3, 1], position.Span.ToArray());
    }

    [Fact]
    public void DispatchAll_AnyTokens_MatchesTheDefinition() => s_shapes.Sample(
        (tokens, experts, columns, seed) => Matches(
            new DispatchAll(experts), [new Source(seed).Normal(tokens, columns)],
            (cpu, v) => Kernels.DispatchAll(cpu, v.In(0), v.OutIndices(0), v.OutIndices(1), v.OutIndices(2)), 0),
        iter: Cases);

    [Fact]
    public void ExpertLoad_AnyChoices_CountsThem() => s_shapes.Sample(
        (tokens, experts, slots, seed) => Matches(
            new ExpertLoad(experts), [new Source(seed).IndicesFrom(-1, experts, tokens, slots)],
            (cpu, v) => Kernels.ExpertLoad(cpu, v.Indices(0), v.Out()), 0),
        iter: Cases);

    [Fact]
    public void Dispatch_SlotsWithoutAnExpert_GetNoRow()
    {
        using CpuDevice cpu = new(1);
        View<int> experts = cpu.Upload<int>([-1, 1, 1, -1, -1, -1], 3, 2);
        (View<int> order, View<int> offsets, View<int> position) = (cpu.New<int>(6), cpu.New<int>(4), cpu.New<int>(3, 2));
        Kernels.Dispatch(cpu, experts, order, offsets, position);
        Assert.Equal([1, 2, -1, -1, -1, -1], order.Span.ToArray());
        Assert.Equal([0, 0, 2, 2], offsets.Span.ToArray());
        Assert.Equal([-1, 0, 1, -1, -1, -1], position.Span.ToArray());
    }

    [Theory]
    [InlineData(-2)]
    [InlineData(int.MinValue)]
    [InlineData(3)]
    public void Dispatch_ExpertThatIsNot_IsNamed(int outside)
    {
        using CpuDevice cpu = new(1);
        View<int> experts = cpu.Upload<int>([0, 2, 1, outside], 2, 2);
        ArgumentException error = Assert.Throws<ArgumentException>(
            () => Kernels.Dispatch(cpu, experts, cpu.New<int>(4), cpu.New<int>(4), cpu.New<int>(2, 2)));
        Assert.Equal($"The expert at position 3 is {outside}; there are 3, numbered from 0, and -1 is none.", error.Message);
        Assert.Throws<ArgumentException>(() => Kernels.ExpertLoad(cpu, experts, cpu.New<float>(3)));
    }
}
