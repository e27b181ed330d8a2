namespace MoECompiler.Modules;

/// <summary>
/// One task's mixture of a bank: softmax(x Wᵀ) over the experts weights their rows. f32[B, In] and the bank's f32[Experts * B, Out] give
/// f32[B, Out]. Source: Ma et al., Modeling Task Relationships with Multi-gate Mixture-of-Experts, KDD 2018, equations 6 and 7.
/// </summary>
internal sealed class GateLowering : ModuleLowering
{
    public override string Kind => "Gate";

    public override TensorType? Expect(ModuleContext module, int input) => input == 0 ? TensorType.F32(Batch, module.Size("In")) : null;

    public override Value Lower(ModuleContext module, EquatableArray<Value> inputs)
    {
        GraphBuilder graph = module.Graph;
        (Size width, Size experts) = (module.Size("In"), module.Size("Experts"));
        (Value x, Value bank) = (inputs[0], inputs[1]);
        if (bank.Type.Rank != 2 || bank.Type.Rows != experts * x.Type.Rows)
            throw new ShapeError($"takes the rows of a bank of {experts} experts, f32[{experts * x.Type.Rows}, ...], and is given {bank.Type}");
        Value weight = module.Parameter("Weight", "weight", new Initializer.Uniform(width), experts, width);
        Value weights = graph.Softmax(graph.MatMul(x, weight, transposeB: true, name: "logits"), "weights");
        Routing all = graph.DispatchAll(x, experts, "all");
        if (module.HasLoss)
            module.AddMetric("load", graph.Reduce(Reduction.Sum, weights, [0], "load"));
        return graph.Add(new Combine(), "mixed", bank, weights, all.Position, all.Order);
    }
}
