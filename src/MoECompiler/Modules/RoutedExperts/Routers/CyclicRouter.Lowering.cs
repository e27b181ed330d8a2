using MoECompiler.Graphs;
using MoECompiler.Ops;

namespace MoECompiler.Modules;

/// <summary>The tokens go to the experts in turn.</summary>
internal sealed class CyclicRouter : FixedRouter
{
    public override string Name => "Cyclic";

    protected override Value Experts(ModuleContext module, RouterInput input) =>
        module.Graph.Add(new CyclicExperts(input.TopK, input.Experts), "experts", input.X);
}
