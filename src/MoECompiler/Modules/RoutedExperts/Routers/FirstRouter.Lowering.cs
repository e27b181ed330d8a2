using MoECompiler.Graphs;
using MoECompiler.Ops;

namespace MoECompiler.Modules;

/// <summary>
/// All tokens go to the first expert: a dense layer whose weights are those of a mixture. Source: Nie et al., EvoMoE, 2021, whose training
/// begins so.
/// </summary>
internal sealed class FirstRouter : FixedRouter
{
    public override string Name => "First";

    protected override Value Experts(ModuleContext module, RouterInput input) =>
        module.Graph.Add(new CyclicExperts(Graphs.Size.One, Graphs.Size.One), "experts", input.X);
}
