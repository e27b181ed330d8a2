using CsCheck;
using MoECompiler.Ops;
using MoECompiler.Tests.Ops;
using Xunit;

namespace MoECompiler.Gpu.Tests.Ops;

public class HashExpertsTests : GpuOpTest
{
    private static readonly Gen<(int Tokens, int Experts, int Slots, int Seed)> s_shapes = Gen.Select(Extent, Gen.Int[1, 20], Gen.Int[1, 20], Gen.Int)
        .Select(static (tokens, experts, slots, seed) => (tokens, experts, Math.Min(slots, experts), seed));

    [Fact]
    public void HashExperts_AnyIds_MatchesTheDefinition() => s_shapes.Sample(
        static (tokens, experts, slots, seed) => Matches(
            new HashExperts(slots, experts, (ulong)seed * 0x1234_5678_9ABC), [new Source(seed).IndicesFrom(-5, 50_000, tokens)],
            (gpu, v) => GpuKernels.HashExperts(gpu, v.Indices(0), v.OutIndices(), Experts: experts, Seed: (ulong)seed * 0x1234_5678_9ABC), 0),
        iter: Cases, threads: 1);

    [Fact]
    public void RandomExperts_AnyTokens_MatchesTheDefinition() => s_shapes.Sample(
        static (tokens, experts, slots, seed) =>
        {
            RandomState random = new(7, Step: 1_000, Layer: 4);
            Matches(
                new RandomExperts(slots, experts, Site: 3), [new Source(seed).Normal(tokens, 2)],
                (gpu, v) => GpuKernels.RandomExperts(gpu, v.In(0), v.OutIndices(), random, Experts: experts, Site: 3), 0, random);
        },
        iter: Cases, threads: 1);

    [Fact]
    public void CyclicExperts_AnyTokens_MatchesTheDefinition() => s_shapes.Sample(
        static (tokens, experts, slots, seed) => Matches(
            new CyclicExperts(slots, experts), [new Source(seed).Normal(tokens, 2)],
            (gpu, v) => GpuKernels.CyclicExperts(gpu, v.In(0), v.OutIndices(), Experts: experts), 0),
        iter: Cases, threads: 1);
}
