using MoECompiler.Ops;
using MoECompiler.Tests.Ops;
using Xunit;

namespace MoECompiler.Gpu.Tests.Ops;

public class TokenRowsTests : GpuOpTest
{
    [Fact]
    public void TokenRows_AnyRouting_MatchesTheDefinition() => ForRoutings((source, routing, columns) => Matches(
        new TokenRows(), [source.Normal(routing.Tokens, columns), routing.Order], (gpu, v) => GpuKernels.TokenRows(gpu, v.In(0), v.Indices(1), v.Out()), 0));

    [Fact]
    public void TokenRows_FewerRowsThanPairs_MatchesTheDefinition()
    {
        TestTensor[] given = [new Source(1).Normal(5, 8), new Source(2).IndicesFrom(-1, 15, 7)];
        Matches(new TokenRows(Graphs.Size.Of(3)), given, (gpu, v) => GpuKernels.TokenRows(gpu, v.In(0), v.Indices(1), v.Out(), Slots: 3), 0);
    }
}
