using CsCheck;
using MoECompiler.Ops;
using MoECompiler.Tests.Ops;
using Xunit;

namespace MoECompiler.Gpu.Tests.Ops;

public class CombineTests : GpuOpTest
{
    /// <summary>Sums of up to some hundred products near 1.</summary>
    private const double Tolerance = 5e-5;

    [Fact]
    public void Combine_AnyRouting_MatchesTheDefinition() => ForRoutings((source, routing, columns) => Matches(
        new Combine(), [source.Normal(routing.Rows, columns), source.Normal(routing.Tokens, routing.Slots), routing.Position, routing.Order],
        (gpu, v) => GpuKernels.Combine(gpu, v.In(0), v.In(1), v.Indices(2), v.Indices(3), v.Out()), Tolerance));

    [Fact]
    public void CombineRowsGradient_AnyRouting_MatchesTheDefinition() => ForRoutings((source, routing, columns) => Matches(
        new CombineRowsGradient(), [source.Normal(routing.Tokens, columns), source.Normal(routing.Tokens, routing.Slots), routing.Order],
        (gpu, v) => GpuKernels.CombineRowsGradient(gpu, v.In(0), v.In(1), v.Indices(2), v.Out()), Tolerance));

    [Fact]
    public void CombineWeightsGradient_AnyRouting_MatchesTheDefinition() => ForRoutings((source, routing, columns) => Matches(
        new CombineWeightsGradient(), [source.Normal(routing.Tokens, columns), source.Normal(routing.Rows, columns), routing.Position],
        (gpu, v) => GpuKernels.CombineWeightsGradient(gpu, v.In(0), v.In(1), v.Indices(2), v.Out()), Tolerance));
}
