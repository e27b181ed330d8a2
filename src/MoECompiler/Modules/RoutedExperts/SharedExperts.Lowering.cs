namespace MoECompiler.Modules;

/// <summary>
/// Experts that every token passes: one feed-forward network of <c>SharedExperts</c> times the inner width, of the same kind as the routed
/// ones and without a gate of its own. Source: Dai et al., DeepSeekMoE, 2024.
/// </summary>
internal static class SharedExperts
{
    public static Value Lower(ModuleContext module, Value x, int count)
    {
        GraphBuilder graph = module.Graph;
        Size width = module.Size("Width");
        Size inner = count * module.Size("Inner");
        bool gated = module.Choice("Kind", "TwoLayer") == "SwiGlu";
        Value up = module.Matrix("SharedUp", "shared.up.weight", new Initializer.Uniform(width), inner, width);
        Value hidden = graph.MatMul(x, up, transposeB: true, name: "sharedUp");
        if (gated)
        {
            Value gate = module.Matrix("SharedGate", "shared.gate.weight", new Initializer.Uniform(width), inner, width);
            Value gated1 = graph.MatMul(x, gate, transposeB: true, name: "sharedGate");
            hidden = graph.Multiply(graph.Apply(ScalarFunction.Silu, gated1, "sharedInner"), hidden, "sharedInner");
        }
        else
        {
            hidden = graph.Apply(Activations.Of(module.Choice("Activation", "Relu")), hidden, "sharedInner");
        }
        Value down = module.Matrix("SharedDown", "shared.down.weight", new Initializer.Uniform(inner), width, inner);
        return graph.MatMul(hidden, down, transposeB: true, name: "shared");
    }
}
