using MoECompiler.Graphs;
using MoECompiler.Ops;

namespace MoECompiler.Modules;

/// <summary>The K best; of equal ones that with the lower index.</summary>
internal sealed class TopKSelection : SlotSelection
{
    public override string Name => "TopK";

    protected override Value Choose(ModuleContext module, RouterInput input, Value by) => module.Graph.Add(new TopK(input.TopK), "experts", by);
}
