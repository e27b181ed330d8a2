using MoECompiler.Tests.Ops;
using Xunit;

namespace MoECompiler.Gpu.Tests.Ops;

// In here the ops come before the modules of the same names.
using MoECompiler.Ops;

public class NormTests : GpuOpTest
{
    /// <summary>Large, as in rows of two numbers that happen to be near each other a small one makes any rounding count.</summary>
    private const float Epsilon = 0.05f;

    [Fact]
    public void RmsNorm_AnyRows_MatchesTheDefinition() => ForMatrices((rows, columns, seed) =>
    {
        Source source = new(seed);
        Matches(
            new RmsNorm(Epsilon), [source.Uniform(-2, 5, rows, columns), source.Normal(columns)],
            (gpu, v) => GpuKernels.RmsNorm(gpu, v.In(0), v.In(1), v.Out(), Epsilon: Epsilon), 2e-6);
    });

    /// <summary>The kernel and the definition may round to neighbours: 1 in the last of 11 or 8 bits.</summary>
    [Fact]
    public void Norms_WithAStoredResult_RoundIt() => ForMatrices((rows, columns, seed) =>
    {
        Source source = new(seed);
        TestTensor[] given = [source.Uniform(-2, 5, rows, columns), source.Normal(columns), source.Normal(columns)];
        Matches(
            new RmsNorm(Epsilon, Graphs.DType.F16), given[..2],
            (gpu, v) => GpuKernels.RmsNorm(gpu, v.In(0), v.In(1), v.Out<Half>(), Epsilon: Epsilon), 1.0 / 1024);
        Matches(
            new LayerNorm(Epsilon, Graphs.DType.BF16), given,
            (gpu, v) => GpuKernels.LayerNorm(gpu, v.In(0), v.In(1), v.In(2), v.Out<BFloat16>(), Epsilon: Epsilon), 1.0 / 128);
    });

    [Fact]
    public void RmsNormGradient_AnyRows_MatchesTheDefinition() => ForRows((rows, columns, seed) =>
    {
        Source source = new(seed);
        Matches(
            new RmsNormGradient(Epsilon), [source.Normal(rows, columns), source.Normal(columns), source.Normal(rows, columns)],
            (gpu, v) => GpuKernels.RmsNormGradient(gpu, v.In(0), v.In(1), v.In(2), v.Out(0), v.Out(1), Epsilon: Epsilon), 5e-5);
    });

    [Fact]
    public void LayerNorm_AnyRows_MatchesTheDefinition() => ForMatrices((rows, columns, seed) =>
    {
        Source source = new(seed);
        Matches(
            new LayerNorm(Epsilon), [source.Uniform(-2, 5, rows, columns), source.Normal(columns), source.Normal(columns)],
            (gpu, v) => GpuKernels.LayerNorm(gpu, v.In(0), v.In(1), v.In(2), v.Out(), Epsilon: Epsilon), 2e-5);
    });

    [Fact]
    public void LayerNormGradient_AnyRows_MatchesTheDefinition() => ForRows((rows, columns, seed) =>
    {
        Source source = new(seed);
        Matches(
            new LayerNormGradient(Epsilon), [source.Normal(rows, columns), source.Normal(columns), source.Normal(rows, columns)],
            (gpu, v) => GpuKernels.LayerNormGradient(gpu, v.In(0), v.In(1), v.In(2), v.Out(0), v.Out(1), v.Out(2), Epsilon: Epsilon), 5e-5);
    });

    /// <summary>Matrices, and one of so many rows that their sums are made in pieces.</summary>
    private static void ForRows(Action<int, int, int> test)
    {
        ForMatrices(test);
        test(TestDevice.IsSimulated ? 300 : 30_000, 3, 1);
    }
}
