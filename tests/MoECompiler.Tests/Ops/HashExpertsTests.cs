using CsCheck;
using MoECompiler.Graphs;
using MoECompiler.Ops;
using Xunit;

namespace MoECompiler.Tests.Ops;

[Tests(typeof(HashExperts), typeof(RandomExperts), typeof(CyclicExperts))]
public class HashExpertsTests : OpTest
{
    private static readonly Gen<(int Tokens, int Experts, int Slots, int Seed)> s_shapes = Gen.Select(Extent, Gen.Int[1, 20], Gen.Int[1, 20], Gen.Int)
        .Select(static (tokens, experts, slots, seed) => (tokens, experts, Math.Min(slots, experts), seed));

    [Fact]
    public void HashExperts_AnyIds_MatchesTheDefinition()
    {
        s_shapes.Sample(Check, iter: Cases);
        Check(9_000, 8, 2, 1);

        static void Check(int tokens, int experts, int slots, int seed) => Matches(
            new HashExperts(slots, experts, (ulong)seed * 0x1234_5678_9ABC), [new Source(seed).IndicesFrom(-5, 50_000, tokens)],
            (cpu, v) => Kernels.HashExperts(cpu, v.Indices(0), v.OutIndices(), Experts: experts, Seed: (ulong)seed * 0x1234_5678_9ABC), 0);
    }

    [Fact]
    public void RandomExperts_AnyTokens_MatchesTheDefinition() => s_shapes.Sample(
        (tokens, experts, slots, seed) =>
        {
            RandomState random = new(7, Step: 1_000, Layer: 4);
            Matches(
                new RandomExperts(slots, experts, Site: 3), [new Source(seed).Normal(tokens, 2)],
                (cpu, v) => Kernels.RandomExperts(cpu, v.In(0), v.OutIndices(), random, Experts: experts, Site: 3), 0, random);
        },
        iter: Cases);

    [Fact]
    public void CyclicExperts_AnyTokens_MatchesTheDefinition() => s_shapes.Sample(
        (tokens, experts, slots, seed) => Matches(
            new CyclicExperts(slots, experts), [new Source(seed).Normal(tokens, 2)],
            (cpu, v) => Kernels.CyclicExperts(cpu, v.In(0), v.OutIndices(), Experts: experts), 0),
        iter: Cases);

    /// <summary>A model that hashes has these experts for ever: whoever loads its weights counts on it.</summary>
    [Fact]
    public void HashExperts_Ids_HaveTheseExperts()
    {
        using CpuDevice cpu = new(1);
        View<int> y = cpu.New<int>(4, 3);
        Kernels.HashExperts(cpu, cpu.Upload<int>([0, 1, 2, 50_000], 4), y, Experts: 16, Seed: 1);
        Assert.Equal([9, 10, 13, 9, 1, 6, 9, 8, 0, 11, 3, 9], y.Span.ToArray());
    }

    /// <summary>Each slot has each expert about equally often: chi squared of 15 degrees of freedom is below 38 in 999 of 1,000 cases.</summary>
    [Fact]
    public void HashExperts_ManyIds_AreUniformInEverySlot()
    {
        using CpuDevice cpu = new(1);
        const int Ids = 16_000, Slots = 3, Experts = 16;
        View<int> y = cpu.New<int>(Ids, Slots);
        Kernels.HashExperts(cpu, cpu.Upload<int>([.. Enumerable.Range(0, Ids)], Ids), y, Experts, Seed: 5);
        int[] experts = y.Span.ToArray();
        Assert.All(experts.Chunk(Slots), static row => Assert.Equal(Slots, row.Distinct().Count()));
        for (int slot = 0; slot < Slots; slot++)
        {
            IEnumerable<int> counts = Enumerable.Range(0, Experts).Select(e => experts.Where((x, i) => i % Slots == slot && x == e).Count());
            Assert.InRange(counts.Sum(static n => Math.Pow(n - Ids / Experts, 2) / (Ids / Experts)), 2, 38);
        }
    }

    [Fact]
    public void Experts_FewerThanSlots_AreNamed()
    {
        using CpuDevice cpu = new(1);
        ArgumentException error = Assert.Throws<ArgumentException>(() => Kernels.HashExperts(cpu, cpu.New<int>(2), cpu.New<int>(2, 4), Experts: 3, Seed: 1));
        Assert.Equal("4 different experts are to be drawn of 3.", error.Message);
        Assert.Throws<ArgumentException>(() => Kernels.RandomExperts(cpu, cpu.New<float>(2), cpu.New<int>(2, 4), default, Experts: 3, Site: 1));
        Assert.Throws<ArgumentException>(() => Kernels.CyclicExperts(cpu, cpu.New<float>(2), cpu.New<int>(2, 4), Experts: 3));
        Assert.Throws<ShapeError>(() => new HashExperts(4, 3, 1).Infer([TensorType.I32(2)]));
        Assert.Throws<ShapeError>(() => new RandomExperts(4, 3, 1).Infer([TensorType.F32(2, 1)]));
        Assert.Throws<ShapeError>(() => new CyclicExperts(4, 3).Infer([TensorType.F32(2, 1)]));
    }
}
