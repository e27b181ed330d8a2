namespace MoECompiler.Modules;

/// <summary>Layer normalization with weight and bias.</summary>
internal sealed class LayerNormLowering : ModuleLowering
{
    public override string Kind => "LayerNorm";

    public override TensorType? Expect(ModuleContext module, int input) => TensorType.F32(Batch, module.Size("Width"));

    public override Value Lower(ModuleContext module, EquatableArray<Value> inputs)
    {
        Size width = module.Size("Width");
        Value weight = module.Parameter("Weight", "weight", new Initializer.Constant(1), width);
        Value bias = module.Parameter("Bias", "bias", new Initializer.Constant(0), width);
        return module.Graph.Add(new LayerNorm(module.Number("Epsilon", 1e-5f)), "normal", inputs[0], weight, bias);
    }
}
