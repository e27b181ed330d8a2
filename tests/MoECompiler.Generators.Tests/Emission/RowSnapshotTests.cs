using MoECompiler.Generators.Emission;
using MoECompiler.Generators.Emission.Gpu;
using MoECompiler.Generators.Tests.Support;
using MoECompiler.Graphs;
using MoECompiler.Ops;
using MoECompiler.Tests.Support;
using Xunit;

namespace MoECompiler.Generators.Tests.Emission;

/// <summary>
/// The kernels of routers whose slots may stay without an expert. The tests of the GPU assembly compile the very file that is kept here, and
/// compare what its kernels compute with the definitions.
/// </summary>
public class RowSnapshotTests
{
    [Fact]
    public void Routers_OfEachKind_AreWhatIsEmitted()
    {
        RowKernels kernels = new(new HashSet<string>(StringComparer.Ordinal), static name => 40);
        foreach (Node router in (Node[])[RowRegions.TopShare(), RowRegions.Above(), RowRegions.Given()])
        {
            Assert.IsType<Region>(router.Op);
            kernels.Call(router, static value => value.Name);
        }
        SourceWriter writer = SourceHeader.Begin(
            "MoECompiler.Gpu.Tests", ["System", "System.Diagnostics.CodeAnalysis", "global::ILGPU", "global::ILGPU.Runtime", "global::MoECompiler", "global::MoECompiler.Ops"],
            "Routers, as RowSnapshotTests has them emitted.");
        writer.Open("internal static class EmittedRows");
        kernels.Emit(writer);
        Snapshot.Matches("Rows", new Dictionary<string, string> { ["EmittedRows.g.cs"] = writer.Close().ToString() });
    }
}
