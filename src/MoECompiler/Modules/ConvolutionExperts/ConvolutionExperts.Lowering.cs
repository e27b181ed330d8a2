using MoECompiler.Graphs;
using MoECompiler.Ops;

namespace MoECompiler.Modules;

/// <summary>Windows as rows, which a router sends to the convolutions: each is a matrix of its window, f32[Out, In * Kernel * Kernel].</summary>
internal sealed class ConvolutionExpertsLowering : ModuleLowering
{
    public override string Kind => "ConvolutionExperts";

    public override Value Lower(ModuleContext module, EquatableArray<Value> inputs)
    {
        GraphBuilder graph = module.Graph;
        (Size width, Size result, Size kernel, Size experts) = (module.Size("In"), module.Size("Out"), module.Size("Kernel"), module.Size("Experts"));
        if (inputs[0].Type.Rank != 4 || inputs[0].Type.Columns != width)
            throw new ShapeError($"takes f32[B, H, W, {width}] and is given {inputs[0].Type}");
        Size window = width * kernel * kernel;
        Value windows = graph.Add(new Unfold(kernel, module.Integer("Stride", 1), module.Integer("Padding")), "windows", inputs[0]);
        EquatableArray<Size> places = windows.Type.Shape.Take(3).ToEquatable();
        RouterInput tokens = new(graph.AsRows(windows), window, experts, module.Size("TopK"), places, null);
        Routed routed = RouterPartKinds.Routers.Of(module).Route(module, tokens);

        Value weight = module.Matrix("Weight", "weight", new Initializer.Uniform(window), experts, result, width, kernel, kernel);
        Value matrices = graph.Reshape(weight, [experts, result, window], "matrices");
        Value rows = graph.GroupedMatMul(tokens.X, matrices, routed.Routing, gatherRows: true, transposeB: true, "product");
        if (module.Flag("Bias"))
        {
            Value bias = module.Parameter("Bias", "bias", new Initializer.Uniform(window), experts, result);
            rows = graph.Add(new GroupedBias(), "product", rows, bias, routed.Routing.Offsets);
        }
        rows = graph.Elementwise(Activations.Of(module.Choice("Activation", "Identity"), Scalar.In(0)), [rows], "active");
        Value mixed = graph.Add(new Combine(), "mixed", rows, routed.Weights, routed.Routing.Position, routed.Routing.Order);
        RoutedExpertsLowering.Report(module, tokens, routed);
        return graph.Reshape(mixed, [.. places, result], "y");
    }
}
