using MoECompiler.Tests.Ops;
using Xunit;

namespace MoECompiler.Gpu.Tests.Ops;

// In here the ops come before the modules of the same names.
using MoECompiler.Ops;

public class DropoutTests : GpuOpTest
{
    private static readonly RandomState s_random = new(0xFEDC_BA98_7654_3210, Step: 3, Layer: 1);

    [Theory]
    [InlineData(0)]
    [InlineData(0.1f)]
    [InlineData(0.75f)]
    public void Dropout_AnyElements_MatchesTheDefinition(float rate) => ForMatrices((rows, columns, seed) => Matches(
        new Dropout(rate, Site: 2), [new Source(seed).Normal(rows, columns)],
        (gpu, v) => GpuKernels.Dropout(gpu, v.In(0), v.Out(), s_random, Rate: rate, Site: 2), 1e-6, s_random));

    public static TheoryData<NoiseKind> Kinds => [.. Enum.GetValues<NoiseKind>()];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Noise_AnyShape_MatchesTheDefinition(NoiseKind kind) => ForMatrices((rows, columns, seed) => Matches(
        new Noise(kind, Site: seed), [new Source(seed).Normal(rows, columns)],
        (gpu, v) => GpuKernels.Noise(gpu, v.In(0), v.Out(), s_random, Kind: kind, Site: seed), 1e-6, s_random));
}
