namespace MoECompiler.Modules;

/// <summary>x Wᵀ + b.</summary>
internal sealed class LinearLowering : ModuleLowering
{
    public override string Kind => "Linear";

    public override TensorType? Expect(ModuleContext module, int input) => TensorType.F32(Batch, module.Size("In"));

    public override Value Lower(ModuleContext module, EquatableArray<Value> inputs)
    {
        (Size width, Size result) = (module.Size("In"), module.Size("Out"));
        Value weight = module.Matrix("Weight", "weight", new Initializer.Uniform(width), result, width);
        Value y = module.Graph.MatMul(inputs[0], weight, transposeB: true, name: "product");
        if (!module.Flag("Bias", otherwise: true))
            return y;
        Value bias = module.Parameter("Bias", "bias", new Initializer.Uniform(width), result);
        return module.Graph.Add(y, bias, "y");
    }
}
