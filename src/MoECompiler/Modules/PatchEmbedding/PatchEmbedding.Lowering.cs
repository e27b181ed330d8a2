namespace MoECompiler.Modules;

/// <summary>Each patch of an image as a row: a convolution whose windows do not overlap, its places in one extent.</summary>
internal sealed class PatchEmbeddingLowering : ModuleLowering
{
    public override string Kind => "PatchEmbedding";

    public override Value Lower(ModuleContext module, EquatableArray<Value> inputs)
    {
        (Size channels, Size patch, Size width) = (module.Size("Channels"), module.Size("Patch"), module.Size("Width"));
        if (inputs[0].Type.Rank != 4 || inputs[0].Type.Columns != channels)
            throw new ShapeError($"takes f32[B, H, W, {channels}] and is given {inputs[0].Type}");
        Size window = channels * patch * patch;
        Value weight = module.Matrix("Weight", "weight", new Initializer.Uniform(window), width, channels, patch, patch);
        Value windows = module.Graph.Add(new Unfold(patch, patch, Graphs.Size.Zero), "windows", inputs[0]);
        TensorType grid = windows.Type;
        Value rows = module.Graph.Reshape(windows, [grid.Shape[0], grid.Shape[1] * grid.Shape[2], window], "patches");
        Value y = module.Graph.MatMul(rows, module.Graph.Reshape(weight, [width, window], "matrix"), transposeB: true, name: "product");
        if (!module.Flag("Bias", otherwise: true))
            return y;
        Value bias = module.Parameter("Bias", "bias", new Initializer.Uniform(window), width);
        return module.Graph.Add(y, bias, "y");
    }
}
