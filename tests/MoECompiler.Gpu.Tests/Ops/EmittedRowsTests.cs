using CsCheck;
using MoECompiler.Graphs;
using MoECompiler.Tests.Ops;
using MoECompiler.Tests.Support;
using Xunit;

namespace MoECompiler.Gpu.Tests.Ops;

/// <summary>The emitted kernels of routers whose slots may stay without an expert.</summary>
public class EmittedRowsTests : GpuOpTest
{
    private const double Tolerance = 1e-5;

    [Fact]
    public void TopShare_AnyRows_MatchesTheDefinition() =>
        Check(RowRegions.TopShare(), static (gpu, v) => EmittedRows.Route(gpu, v.In(0), v.In(1), v.OutIndices(0), v.Out(1)));

    [Fact]
    public void Above_AnyRows_MatchesTheDefinition() =>
        Check(RowRegions.Above(), static (gpu, v) => EmittedRows.Route2(gpu, v.In(0), v.In(1), v.OutIndices(0), v.Out(1)));

    [Fact]
    public void Given_AnyExperts_MatchesTheDefinition() => Check(
        RowRegions.Given(), static (gpu, v) => EmittedRows.Weights(gpu, v.In(0), v.In(1), v.Indices(2), v.Out()),
        static (source, tokens) => source.Slots(tokens, 3, RowRegions.Experts));

    private static void Check(Node router, Kernel kernel, Func<Source, int, TestTensor>? given = null)
    {
        for (int seed = 1; seed <= 3; seed++)
        {
            Source source = new(seed);
            List<TestTensor> operands = [source.Normal(50, 32), source.Normal(RowRegions.Experts, 32)];
            if (given is not null)
                operands.Add(given(source, 50));
            Matches(router.Op, [.. operands], kernel, Tolerance);
        }
    }
}
