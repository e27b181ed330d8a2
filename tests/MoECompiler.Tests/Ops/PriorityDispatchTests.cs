using CsCheck;
using MoECompiler.Graphs;
using MoECompiler.Ops;
using Xunit;

namespace MoECompiler.Tests.Ops;

public class PriorityDispatchTests : OpTest
{
    /// <summary>Few different numbers, so that ties are common.</summary>
    private static readonly Gen<float> s_priority = Gen.OneOf(0f, -0f, 1f, 0.5f, 0.25f, -3f, float.NaN, float.PositiveInfinity, float.NegativeInfinity);

    [Fact]
    public void PriorityDispatch_AnyChoices_MatchesTheDefinition()
    {
        Gen.Select(Extent, Gen.Int[1, 12], Gen.Int[1, 12], Gen.Int[0, 30], Gen.Int)
            .SelectMany((tokens, experts, slots, capacity, seed) => s_priority.Array[tokens].Select(p => (tokens, experts, Math.Min(slots, experts), capacity, seed, p)))
            .Sample((tokens, experts, slots, capacity, seed, p) => Check(experts, slots, capacity, seed, TestTensor.F32([tokens], p)), iter: 2 * Cases);
        Check(8, 2, 300, 1, new Source(1).Normal(2_000));

        static void Check(int experts, int slots, int capacity, int seed, TestTensor priority) => Matches(
            new PriorityDispatch(experts, capacity), [new Source(seed).Slots(priority.Shape[0], slots, experts), priority],
            (cpu, v) => Kernels.PriorityDispatch(cpu, v.Indices(0), v.In(1), v.OutIndices(0), v.OutIndices(1), v.OutIndices(2), Capacity: capacity), 0);
    }

    /// <summary>Worked out by hand: expert 1 has room for two, of the first slots of tokens 0 to 2; token 2 goes first.</summary>
    [Fact]
    public void PriorityDispatch_FullExpert_PrefersFirstSlotsThenPriority()
    {
        using CpuDevice cpu = new(1);
        View<int> experts = cpu.Upload<int>([1, 0, 1, 0, 1, 0, 0, 1], 4, 2);
        (View<int> order, View<int> offsets, View<int> position) = (cpu.New<int>(8), cpu.New<int>(3), cpu.New<int>(4, 2));
        Kernels.PriorityDispatch(cpu, experts, cpu.Upload<float>([0.5f, 0.25f, 0.75f, 1], 4), order, offsets, position, Capacity: 2);
        Assert.Equal([6, 5, 4, 0, -1, -1, -1, -1], order.Span.ToArray());
        Assert.Equal([0, 2, 4], offsets.Span.ToArray());
        Assert.Equal([3, -1, -1, -1, 2, 1, 0, -1], position.Span.ToArray());
    }

    [Fact]
    public void PriorityDispatch_WhatDoesNotFit_IsNamed()
    {
        using CpuDevice cpu = new(1);
        ArgumentException error = Assert.Throws<ArgumentException>(() => Kernels.PriorityDispatch(
            cpu, cpu.Upload<int>([0, 3], 2, 1), cpu.New<float>(2), cpu.New<int>(2), cpu.New<int>(4), cpu.New<int>(2, 1), Capacity: 2));
        Assert.Equal("The expert at position 1 is 3; there are 3, numbered from 0, and -1 is none.", error.Message);
        Assert.Throws<ShapeError>(() => new PriorityDispatch(3, 2).Infer([TensorType.I32(2, 1), TensorType.F32(3)]));
    }
}
