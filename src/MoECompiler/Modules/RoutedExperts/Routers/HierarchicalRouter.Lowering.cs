using MoECompiler.Graphs;
using MoECompiler.Ops;

namespace MoECompiler.Modules;

/// <summary>
/// log softmax(x Vᵀ)[g] + log softmax of group g(x Wᵀ)[e]: first a group of experts, then an expert of it. With a softmax as the score an expert's is
/// p(g) p(e | g). Source: Jordan and Jacobs, Hierarchical Mixtures of Experts and the EM Algorithm, 1994; Shazeer et al., 2017, appendix B.
/// </summary>
internal sealed class HierarchicalRouter : ScoringRouter
{
    public override string Name => "Hierarchical";

    public override IReadOnlyList<string> Options => ["Groups"];

    // Log-probabilities have a log-sum-exp of 0.
    public override IReadOnlyList<string> Excludes => ["ZLoss"];

    protected override Value Logits(ModuleContext module, RouterInput input)
    {
        GraphBuilder graph = module.Graph;
        Size groups = Graphs.Size.Of(module.Integer("Groups", 1));
        Value upper = module.Parameter("RouterGroups", "router.groups.weight", new Initializer.Uniform(input.Width), groups, input.Width);
        Value lower = module.Parameter("Router", "router.weight", new Initializer.Uniform(input.Width), input.Experts, input.Width);
        Value ofGroup = graph.LogSoftmax(graph.MatMul(input.X, upper, transposeB: true, name: "groupLogits"), "groups");
        Value inGroup = graph.Reshape(graph.MatMul(input.X, lower, transposeB: true, name: "logits"), [input.Tokens * groups, input.Experts / groups], "members");
        Value column = graph.Reshape(ofGroup, [input.Tokens * groups, Graphs.Size.One], "groups");
        return graph.Reshape(graph.Add(graph.LogSoftmax(inGroup, "members"), column, "both"), [input.Tokens, input.Experts], "logits");
    }
}
