using MoECompiler.Graphs;
using MoECompiler.Ops;

namespace MoECompiler.Modules;

/// <summary>
/// The best, and in training as the second a sample of the others by their softmax: that with the greatest logit + Gumbel(0, 1). Source: Lepikhin et
/// al., GShard, ICLR 2021, with the second expert sampled as in the code of Fairseq's mixtures (moe_second_expert_policy = sampling).
/// </summary>
internal sealed class SampledSecondSelection : SlotSelection
{
    /// <summary>More than a logit with its noise is above another.</summary>
    private const float First = 1e6f;

    public override string Name => "SampledSecond";

    public override IReadOnlyList<string> Excludes => ["SoftmaxAfterTopK", "SelectionBias", "BiasRate"];

    protected override Value Choose(ModuleContext module, RouterInput input, Value by)
    {
        GraphBuilder graph = module.Graph;
        int site = module.NextSite();
        if (!module.IsTraining)
            return graph.Add(new TopK(input.TopK), "experts", by);
        Value first = graph.Add(new TopK(Graphs.Size.One), "first", by);
        Value ones = graph.Add(new Fill(1, [input.Tokens, Graphs.Size.One]), "ones");
        Value isFirst = graph.Add(new ScatterColumns(input.Experts), "isFirst", ones, first);
        Value drawn = graph.Add(new Noise(NoiseKind.Gumbel, site), "drawn", by);
        // By softmax scores: their logarithms are the logits, less a number that is the same for all.
        ScalarExpression sampled = Scalar.Log(Scalar.Max(Scalar.In(0), 1e-30f)) + Scalar.In(1) + First * Scalar.In(2);
        return graph.Add(new TopK(input.TopK), "experts", graph.Elementwise(sampled, [by, drawn, isFirst], "sampled"));
    }
}
