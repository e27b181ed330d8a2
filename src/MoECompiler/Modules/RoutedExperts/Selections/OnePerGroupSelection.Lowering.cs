using MoECompiler.Graphs;
using MoECompiler.Ops;

namespace MoECompiler.Modules;

/// <summary>
/// The best of each of Groups equal parts of the experts, K is Groups: each part is a mixture of its own, so that scores are those within the part,
/// with a softmax as many shares of 1 as there are parts. Source: Yang et al., M6-T, 2021 (expert prototypes), whose results are added up as they
/// are: NormalizeTopK = false. As in Hetu's KTop1Gate.
/// </summary>
internal sealed class OnePerGroupSelection : SlotSelection
{
    public override string Name => "OnePerGroup";

    public override IReadOnlyList<string> Options => ["Groups", "GroupBalanceLoss"];

    public override IReadOnlyList<string> Excludes => ["SoftmaxAfterTopK", "LoadLoss", "Mask"];

    public override Value Score(ModuleContext module, Value logits) => OfParts(module, logits, part => base.Score(module, part), "scores");

    public override Value Shares(ModuleContext module, Value logits) =>
        module.Graph.Scale(OfParts(module, logits, part => base.Shares(module, part), "shares"), 1f / Groups(module), "shares");

    protected override Value Choose(ModuleContext module, RouterInput input, Value by) => module.Graph.Add(new TopOfEachGroup(Groups(module)), "experts", by);

    private static int Groups(ModuleContext module) => module.Integer("Groups", 1);

    /// <summary>What is made of the logits where each part is a row.</summary>
    private static Value OfParts(ModuleContext module, Value logits, Func<Value, Value> make, string name)
    {
        (Size tokens, Size experts, Size groups) = (logits.Type.Rows, logits.Type.Columns, Graphs.Size.Of(Groups(module)));
        Value parts = module.Graph.Reshape(logits, [tokens * groups, experts / groups], "parts");
        return module.Graph.Reshape(make(parts), [tokens, experts], name);
    }
}
