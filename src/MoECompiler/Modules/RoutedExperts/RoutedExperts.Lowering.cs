using MoECompiler.Graphs;
using MoECompiler.Ops;

namespace MoECompiler.Modules;

/// <summary>
/// A routed mixture of experts: router, experts, combine, losses. Each choice that the attribute names is a small class of its own in the
/// folders beside this file; here is only their order.
/// </summary>
internal sealed class RoutedExpertsLowering : ModuleLowering
{
    public override string Kind => "RoutedExperts";

    public override TensorType? Expect(ModuleContext module, int input) => input == 0 ? TensorType.F32(Batch, module.Size("Width")) : TensorType.I32(Batch);

    public override Value Lower(ModuleContext module, EquatableArray<Value> inputs)
    {
        GraphBuilder graph = module.Graph;
        (Size width, Size experts, Size topK) = (module.Size("Width"), module.Size("Experts"), module.Size("TopK"));
        if (inputs[0].Type.Rank == 0 || inputs[0].Type.Columns != width)
            throw new ShapeError($"takes f32[..., {width}] and is given {inputs[0].Type}");
        Value x = graph.AsRows(inputs[0]);

        EquatableArray<Size> shape = inputs[0].Type.Shape.Take(inputs[0].Type.Rank - 1).ToEquatable();
        RouterInput tokens = new(x, width, experts, topK, shape, inputs.Count > 1 ? inputs[1] : null);
        RouterInput read = RouterPartKinds.Levels.Of(module).Read(module, inputs[0], tokens);
        Routed routed = RouterPartKinds.Routers.Of(module).Route(module, read);
        ExpertKindLowering kind = RouterPartKinds.Experts.Of(module);
        Value rows = kind.Lower(module, new RoutedProjection(module, tokens, routed.Routing, routed.Weights));
        Value y = graph.Add(new Combine(), "mixed", rows, routed.Weights, routed.Routing.Position, routed.Routing.Order);
        if (module.Integer("SharedExperts") is > 0 and int shared)
            y = RouterPartKinds.SharedWeights.Of(module).Mix(module, tokens, y, kind.Lower(module, new SharedProjection(module, tokens, shared)));

        Report(module, tokens, routed);
        return graph.Reshape(y, inputs[0].Type.Shape, "y");
    }

    /// <summary>What a router adds to the loss, and what is reported of it.</summary>
    public static void Report(ModuleContext module, RouterInput tokens, Routed routed)
    {
        if (!module.HasLoss)
            return;
        module.AddMetric("load", routed.Load);
        foreach (RouterLoss loss in RouterPartKinds.Losses)
        {
            if (module.Number(loss.Argument) is not 0 and float coefficient)
                module.AddLoss(loss.Metric, loss.Lower(module, tokens, routed), coefficient);
        }
        foreach (RouterMeasure measure in RouterPartKinds.Measures)
        {
            if (measure.IsOf(module))
                module.AddMetric(measure.Metric, measure.Lower(module, tokens, routed));
        }
    }
}
