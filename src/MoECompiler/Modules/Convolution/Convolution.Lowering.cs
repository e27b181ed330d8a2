namespace MoECompiler.Modules;

/// <summary>A two-dimensional convolution, channels last: windows as rows, times the weight in PyTorch's order, f32[Out, In * Kernel * Kernel].</summary>
internal sealed class ConvolutionLowering : ModuleLowering
{
    public override string Kind => "Convolution";

    public override Value Lower(ModuleContext module, EquatableArray<Value> inputs)
    {
        (Size width, Size result, Size kernel) = (module.Size("In"), module.Size("Out"), module.Size("Kernel"));
        if (inputs[0].Type.Rank != 4 || inputs[0].Type.Columns != width)
            throw new ShapeError($"takes f32[B, H, W, {width}] and is given {inputs[0].Type}");
        Size window = width * kernel * kernel;
        Value weight = module.Matrix("Weight", "weight", new Initializer.Uniform(window), result, width, kernel, kernel);
        Value windows = module.Graph.Add(new Unfold(kernel, module.Integer("Stride", 1), module.Integer("Padding")), "windows", inputs[0]);
        Value matrix = module.Graph.Reshape(weight, [result, window], "matrix");
        Value y = module.Graph.MatMul(windows, matrix, transposeB: true, name: "product");
        if (!module.Flag("Bias", otherwise: true))
            return y;
        Value bias = module.Parameter("Bias", "bias", new Initializer.Uniform(window), result);
        return module.Graph.Add(y, bias, "y");
    }
}
