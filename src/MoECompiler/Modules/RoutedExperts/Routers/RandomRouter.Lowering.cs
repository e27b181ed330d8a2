using MoECompiler.Graphs;
using MoECompiler.Ops;

namespace MoECompiler.Modules;

/// <summary>
/// Experts at random, anew in each step of training; outside of it in turn, so that the same input has the same result. Source: Zuo et al.,
/// Taming Sparsely Activated Transformer with Stochastic Experts, ICLR 2022.
/// </summary>
internal sealed class RandomRouter : FixedRouter
{
    public override string Name => "Random";

    protected override Value Experts(ModuleContext module, RouterInput input)
    {
        int site = module.NextSite();
        Op choice = module.IsTraining ? new RandomExperts(input.TopK, input.Experts, site) : new CyclicExperts(input.TopK, input.Experts);
        return module.Graph.Add(choice, "experts", input.X);
    }
}
