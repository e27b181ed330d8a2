using MoECompiler.Graphs;
using MoECompiler.Ops;

namespace MoECompiler.Modules;

/// <summary>
/// In training each row loses each of Groups equal parts of the experts with probability BranchDropout, all but one at most: of parts that would all
/// go, that with the greatest number stays. What is left shares the row as if there were no more. Source: Irsoy and Alpaydin, Dropout Regularization
/// in Hierarchical Mixture of Experts, Neurocomputing 2021, for a tree of two levels.
/// </summary>
internal sealed class BranchMask : MaskKindLowering
{
    public override string Name => "Branches";

    public override IReadOnlyList<string> Options => ["Groups", "BranchDropout"];

    public override Value? Visible(ModuleContext module, RouterInput input)
    {
        int site = module.NextSite();
        if (!module.IsTraining)
            return null;
        GraphBuilder graph = module.Graph;
        (Size tokens, Size groups) = (input.Tokens, Graphs.Size.Of(module.Integer("Groups", 1)));
        Value drawn = graph.Add(new Noise(NoiseKind.Uniform, site), "drawn", graph.Zeroes(TensorType.F32(tokens, groups), "zeroes"));
        Value greatest = graph.Reduce(Reduction.Max, drawn, [1], "greatest", keepExtents: true);
        ScalarExpression below = Scalar.Min(module.Number("BranchDropout", 0.1f), Scalar.In(1)) - Scalar.In(0);
        Value stays = graph.Elementwise(1 - Scalar.Step(below), [drawn, greatest], "stays");
        Value column = graph.Reshape(stays, [tokens * groups, Graphs.Size.One], "stays");
        return graph.Reshape(graph.BroadcastTo(column, [tokens * groups, input.Experts / groups], "mask"), [tokens, input.Experts], "mask");
    }
}
