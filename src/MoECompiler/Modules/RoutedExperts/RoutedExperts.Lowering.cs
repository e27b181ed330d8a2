namespace MoECompiler.Modules;

/// <summary>
/// A routed mixture of experts: logits, score, top-k, dispatch, experts, combine. Each choice that the attribute names is a small class of
/// its own in the folders beside this file; here is only their order.
/// </summary>
internal sealed class RoutedExpertsLowering : ModuleLowering
{
    public override string Kind => "RoutedExperts";

    public override TensorType? Expect(ModuleContext module, int input) => TensorType.F32(Batch, module.Size("Width"));

    public override Value Lower(ModuleContext module, EquatableArray<Value> inputs)
    {
        GraphBuilder graph = module.Graph;
        (Size width, Size experts, Size topK) = (module.Size("Width"), module.Size("Experts"), module.Size("TopK"));
        if (inputs[0].Type.Rank == 0 || inputs[0].Type.Columns != width)
            throw new ShapeError($"takes f32[..., {width}] and is given {inputs[0].Type}");
        Value x = graph.AsRows(inputs[0]);

        Value routed = NoiseKinds.Of(module.Choice("Noise", "None")).OnInput(module, x);
        Value router = module.Parameter("Router", "router.weight", new Initializer.Uniform(width), experts, width);
        Value clean = graph.MatMul(routed, router, transposeB: true, name: "logits");
        Value logits = NoiseKinds.Of(module.Choice("Noise", "None")).OnLogits(module, routed, clean);
        Selection selection = Select(module, logits, topK);
        Size? capacity = Capacity(module, x.Type.Rows * topK, experts);
        Routing routing = graph.Dispatch(selection.Experts, experts, capacity, "route");

        Value rows = ExpertKinds.Of(module.Choice("Kind", "TwoLayer")).Lower(module, x, routing, experts, width);
        Value y = graph.Add(new Combine(), "mixed", rows, selection.Weights, routing.Position, routing.Order);
        if (module.Integer("SharedExperts") is > 0 and int shared)
            y = graph.Add(y, SharedExperts.Lower(module, x, shared), "mixed");

        if (module.HasLoss)
        {
            Value load = graph.Add(new ExpertLoad(experts), "load", selection.Experts);
            module.AddMetric("load", load);
            foreach (RouterLoss loss in RouterLosses.All)
                loss.Add(module, new RouterState(clean, selection, load, experts, topK, x.Type.Rows));
        }
        return graph.Reshape(y, inputs[0].Type.Shape, "y");
    }

    /// <summary>
    /// The experts of each token and their weights. With SoftmaxAfterTopK the score is taken over the selected logits alone; else over all,
    /// and the selected scores are divided by their sum where NormalizeTopK. The two differ in value and in gradient.
    /// </summary>
    private static Selection Select(ModuleContext module, Value logits, Size topK)
    {
        GraphBuilder graph = module.Graph;
        RouterScore score = RouterScores.Of(module.Choice("Score", "Softmax"));
        Value scores = score.Lower(graph, logits);
        if (module.Flag("SoftmaxAfterTopK"))
        {
            Value chosen = graph.Add(new TopK(topK), "experts", logits);
            Value selected = graph.Add(new GatherColumns(), "selected", logits, chosen);
            return new Selection(scores, chosen, score.Lower(graph, selected));
        }
        Value experts = graph.Add(new TopK(topK), "experts", scores);
        Value weights = graph.Add(new GatherColumns(), "weights", scores, experts);
        if (module.Flag("NormalizeTopK", otherwise: true))
        {
            Value sum = graph.Reduce(Reduction.Sum, weights, [1], "sum", keepExtents: true);
            weights = graph.Elementwise(Scalar.In(0) / Scalar.In(1), [weights, sum], "weights");
        }
        return new Selection(scores, experts, weights);
    }

    /// <summary>ceil(factor * pairs / experts), the factor in thousandths; null for a layer that drops none.</summary>
    private static Size? Capacity(ModuleContext module, Size pairs, Size experts)
    {
        int thousandths = (int)Math.Round(module.Number("CapacityFactor") * 1000);
        return thousandths > 0 ? Graphs.Size.CeilingDivide(thousandths * pairs, 1000 * experts) : null;
    }
}

/// <summary>Which experts each token goes to.</summary>
/// <param name="Scores">f32[T, E], the score of every expert.</param>
/// <param name="Experts">i32[T, K].</param>
/// <param name="Weights">f32[T, K].</param>
internal sealed record Selection(Value Scores, Value Experts, Value Weights);
