using MoECompiler.Graphs;
using MoECompiler.Ops;

namespace MoECompiler.Modules;

/// <summary>A router that judges: logits, noise, score, selection. One kind differs from another in its logits.</summary>
internal abstract class ScoringRouter : RouterKindLowering
{
    public sealed override Routed Route(ModuleContext module, RouterInput input)
    {
        NoiseKindLowering noise = RouterPartKinds.Noises.Of(module);
        RouterInput read = input with { X = noise.OnInput(module, input.X) };
        Value clean = Logits(module, read);
        Value? mask = RouterPartKinds.Masks.Of(module).Visible(module, input);
        if (mask is not null)
            clean = MaskKindLowering.Hide(module.Graph, clean, mask);
        NoisyLogits noisy = noise.OnLogits(module, read, clean);
        Value logits = Temperature.Divide(module, noisy.Logits);
        SelectionKindLowering selection = RouterPartKinds.Selections.Of(module);
        Value scores = selection.Score(module, logits);
        return selection.Route(module, input, new RouterScores(clean, noisy.Logits, logits, scores, () => selection.Shares(module, clean), noisy.Deviation, mask));
    }

    /// <summary>f32[T, E].</summary>
    protected abstract Value Logits(ModuleContext module, RouterInput input);

    /// <summary>x Wᵀ + b, the bias only where <c>RouterBias</c> asks for one, both as they are drawn with <c>FrozenRouter</c>.</summary>
    protected static Value Product(ModuleContext module, RouterInput input, Value x)
    {
        Value router = Declare("Router", "router.weight", input.Experts, input.Width);
        Value logits = module.Graph.MatMul(x, router, transposeB: true, name: "logits");
        return module.Flag("RouterBias") ? module.Graph.Add(logits, Declare("RouterBias", "router.bias", input.Experts), "logits") : logits;

        Value Declare(string name, string tensor, params Size[] shape) => module.Flag("FrozenRouter")
            ? module.State(name, tensor, new Initializer.Uniform(input.Width), shape)
            : module.Parameter(name, tensor, new Initializer.Uniform(input.Width), shape);
    }

    /// <summary>‖x - W_e‖², not below 0, of each token and expert: f32[T, E].</summary>
    protected static Value SquaredDistances(ModuleContext module, RouterInput input)
    {
        GraphBuilder graph = module.Graph;
        Value centers = module.Parameter("Router", "router.weight", new Initializer.Uniform(input.Width), input.Experts, input.Width);
        Value products = graph.MatMul(input.X, centers, transposeB: true, name: "products");
        Value ofToken = graph.Reduce(Reduction.Sum, graph.Apply(ScalarFunction.Square, input.X, "squares"), [1], "ofToken", keepExtents: true);
        Value ofExpert = graph.Reduce(Reduction.Sum, graph.Apply(ScalarFunction.Square, centers, "centerSquares"), [1], "ofExpert");
        ScalarExpression distance = Scalar.In(1) + Scalar.In(2) - 2 * Scalar.In(0);
        return graph.Elementwise(Scalar.Max(distance, 0), [products, ofToken, ofExpert], "distances");
    }
}
