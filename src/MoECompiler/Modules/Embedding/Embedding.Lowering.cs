namespace MoECompiler.Modules;

/// <summary>A row of the table for each number.</summary>
internal sealed class EmbeddingLowering : ModuleLowering
{
    public override string Kind => "Embedding";

    public override TensorType? Expect(ModuleContext module, int input) => TensorType.I32(Batch);

    public override Value Lower(ModuleContext module, EquatableArray<Value> inputs)
    {
        Value table = module.Table("Weight", "weight", new Initializer.Normal(1), module.Size("Count"), module.Size("Width"));
        return module.Graph.Add(new Gather(module.Flag("Sparse")), "rows", table, inputs[0]);
    }
}
