using MoECompiler.Ops;
using Xunit;

namespace MoECompiler.Tests.Ops;

[Tests(typeof(Noise))]
public class NoiseTests : OpTest
{
    public static TheoryData<NoiseKind> Kinds => [.. Enum.GetValues<NoiseKind>()];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Noise_AnyShape_MatchesTheDefinition(NoiseKind kind)
    {
        RandomState random = new(7, Step: 1_000, Layer: 4);
        ForMatrices((rows, columns, seed) => Matches(
            new Noise(kind, Site: seed), [new Source(seed).Normal(rows, columns)],
            (cpu, v) => Kernels.Noise(cpu, v.In(0), v.Out(), random, Kind: kind, Site: seed), 1e-6, random));
    }
}
