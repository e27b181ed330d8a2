namespace MoECompiler.Modules;

/// <summary>Root mean square normalization with a weight.</summary>
internal sealed class RmsNormLowering : ModuleLowering
{
    public override string Kind => "RmsNorm";

    public override TensorType? Expect(ModuleContext module, int input) => TensorType.F32(Batch, module.Size("Width"));

    public override Value Lower(ModuleContext module, EquatableArray<Value> inputs)
    {
        Value weight = module.Parameter("Weight", "weight", new Initializer.Constant(1), module.Size("Width"));
        return module.Graph.Add(new RmsNorm(module.Number("Epsilon", 1e-6f)), "normal", inputs[0], weight);
    }
}
