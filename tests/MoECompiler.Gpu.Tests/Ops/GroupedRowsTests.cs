using MoECompiler.Ops;
using MoECompiler.Tests.Ops;
using Xunit;

namespace MoECompiler.Gpu.Tests.Ops;

/// <summary>What is done to rows in the order of experts beside their products.</summary>
public class GroupedRowsTests : GpuOpTest
{
    [Fact]
    public void GroupedBias_AnyRouting_MatchesTheDefinition() => ForRoutings((source, routing, columns) => Matches(
        new GroupedBias(), [source.Normal(routing.Rows, columns), source.Normal(routing.Experts, columns), routing.Offsets],
        (gpu, v) => GpuKernels.GroupedBias(gpu, v.In(0), v.In(1), v.Indices(2), v.Out()), 1e-7));

    [Fact]
    public void GroupedSum_AnyRouting_MatchesTheDefinition() => ForRoutings((source, routing, columns) => Matches(
        new GroupedSum(), [source.Normal(routing.Rows, columns), routing.Offsets],
        (gpu, v) => GpuKernels.GroupedSum(gpu, v.In(0), v.Indices(1), v.Out()), 2e-5));

    /// <summary>So many rows that their pieces are added up by themselves first.</summary>
    [Fact]
    public void GroupedSum_LongGroups_MatchesTheDefinition()
    {
        Source source = new(5);
        int rows = TestDevice.IsSimulated ? 600 : 60_000;
        Matches(
            new GroupedSum(), [source.Normal(rows, 3), TestTensor.I32([3], 0, rows / 3, rows - 9)],
            (gpu, v) => GpuKernels.GroupedSum(gpu, v.In(0), v.Indices(1), v.Out()), 2e-5);
    }

    [Fact]
    public void SumRows_AnyRouting_MatchesTheDefinition() => ForRoutings((source, routing, columns) => Matches(
        new SumRows(routing.Tokens), [source.Normal(routing.Rows, columns), routing.Order],
        (gpu, v) => GpuKernels.SumRows(gpu, v.In(0), v.Indices(1), v.Out()), 1e-5));
}
