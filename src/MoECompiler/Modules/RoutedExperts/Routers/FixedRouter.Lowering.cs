using MoECompiler.Graphs;
using MoECompiler.Ops;

namespace MoECompiler.Modules;

/// <summary>A router that does not judge and has no weights: what tells its experts is decided beforehand, and each of K weighs 1 / K.</summary>
internal abstract class FixedRouter : RouterKindLowering
{
    public sealed override IReadOnlyList<string> Excludes =>
    [
        "Score", "Noise", "NoiseScale", "Selection", "SoftmaxAfterTopK", "NormalizeTopK", "UnitWeights", "SelectionBias", "BiasRate", "Drop", "Level", "Mask",
        "Temperature", "FinalTemperature", "TemperatureSteps", "TemperatureShape", EntropyMeasure.Option,
        .. RouterPartKinds.Losses.Where(static l => l.NeedsScores).Select(static l => l.Argument),
    ];

    public sealed override Routed Route(ModuleContext module, RouterInput input)
    {
        GraphBuilder graph = module.Graph;
        Value experts = Experts(module, input);
        ScalarExpression weight = module.Number("RoutedScale", 1) / Scalar.Extent(input.TopK);
        Value weights = graph.BroadcastTo(graph.Elementwise(weight, [], "weight"), [input.Tokens, input.TopK], "weights");
        Routing routing = graph.Dispatch(experts, input.Experts, Capacity.Of(module, input), "route");
        return new Routed(routing, weights, null, () => graph.Add(new ExpertLoad(input.Experts), "load", experts), experts);
    }

    /// <summary>i32[T, K].</summary>
    protected abstract Value Experts(ModuleContext module, RouterInput input);
}
