using MoECompiler.Graphs;
using MoECompiler.Passes;
using MoECompiler.Plans;

namespace MoECompiler.Cli;

/// <summary>What the generator makes of a declared graph.</summary>
internal static class ModelPlans
{
    /// <summary>The generator decides for this many rows what is worth a kernel and which values share a slot.</summary>
    private const int NominalRows = 64;

    /// <summary>The steps that run and their places in memory.</summary>
    /// <param name="type">The model, whose sizes have their defaults here, as they have for the generator.</param>
    /// <param name="graph">One of its declared graphs.</param>
    /// <param name="isForGpu">With the passes that the generator runs for GPUs.</param>
    public static Plan Of(Type type, Graph graph, bool isForGpu)
    {
        using CpuDevice device = new(1);
        using ModelProgram program = new(type, new Dictionary<string, int>(), device);
        Func<string, long> nominal = program.Binding(NominalRows, NominalRows);
        Graph fused = Fuse.Run(Simplify.Run(graph));
        return PlanMemory.Run(Schedule.Run(isForGpu ? FuseExperts.Run(FuseRows.Run(fused, nominal)) : fused), nominal);
    }
}
