namespace MoECompiler.Modules;

/// <summary>
/// Experts that all see all rows, for several gates to mix: f32[B, In] gives f32[Experts * B, Out], expert after expert.
/// Source: Ma et al., Modeling Task Relationships with Multi-gate Mixture-of-Experts, KDD 2018.
/// </summary>
internal sealed class ExpertBankLowering : ModuleLowering
{
    public override string Kind => "ExpertBank";

    public override TensorType? Expect(ModuleContext module, int input) => TensorType.F32(Batch, module.Size("In"));

    public override Value Lower(ModuleContext module, EquatableArray<Value> inputs)
    {
        GraphBuilder graph = module.Graph;
        (Size width, Size experts, Size inner, Size result) = (module.Size("In"), module.Size("Experts"), module.Size("Inner"), module.Size("Out"));
        if (inputs[0].Type.Rank != 2 || inputs[0].Type.Columns != width)
            throw new ShapeError($"takes f32[B, {width}] and is given {inputs[0].Type}");
        Routing all = graph.DispatchAll(inputs[0], experts, "all");
        Value hidden = Layer(module, "Up", inputs[0], gather: true, all, experts, width, inner);
        hidden = graph.Elementwise(Activations.Of(module.Choice("Activation", "Relu"), Scalar.In(0)), [hidden], "inner");
        return Layer(module, "Down", hidden, gather: false, all, experts, inner, result);
    }

    private static Value Layer(ModuleContext module, string name, Value x, bool gather, Routing all, Size experts, Size from, Size to)
    {
        string tensor = name.ToLowerInvariant();
        Value weight = module.Matrix(name, $"{tensor}.weight", new Initializer.Uniform(from), experts, to, from);
        Value rows = module.Graph.GroupedMatMul(x, weight, all.Order, all.Offsets, gather, transposeB: true, tensor);
        if (!module.Flag("Bias", otherwise: true))
            return rows;
        Value bias = module.Parameter($"{name}Bias", $"{tensor}.bias", new Initializer.Uniform(from), experts, to);
        return module.Graph.Add(new GroupedBias(), tensor, rows, bias, all.Offsets);
    }
}
