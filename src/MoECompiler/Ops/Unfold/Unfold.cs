namespace MoECompiler.Ops;

/// <summary>
/// The window under each place of a convolution as a row: f32[B, H, W, C] gives f32[B, OH, OW, C * Kernel * Kernel], a row in the order
/// (channel, row, column) of a PyTorch weight, with zeroes beyond the border. OH = (H + 2 Padding - Kernel) / Stride + 1.
/// </summary>
/// <param name="Kernel">The window's height and width.</param>
/// <param name="Stride">The step from window to window.</param>
/// <param name="Padding">Zeroes on each side.</param>
public sealed partial record Unfold(Size Kernel, Size Stride, Size Padding) : Op
{
    public override string Arguments => $"Kernel: {Kernel}, Stride: {Stride}, Padding: {Padding}";

    public override IEnumerable<Size> KernelSizes => [Kernel, Stride, Padding];

    public override EquatableArray<TensorType> Infer(EquatableArray<TensorType> operands)
    {
        TensorType x = operands[0];
        if (x.Rank != 4)
            throw new ShapeError($"a convolution takes f32[B, H, W, C] and is given {x}");
        return [TensorType.F32(x.Shape[0], Windows(x.Shape[1]), Windows(x.Shape[2]), x.Shape[3] * Kernel * Kernel)];
    }

    private Size Windows(Size extent) => (extent + 2 * Padding - Kernel) / Stride + Size.One;

    public override EquatableArray<Value?> Gradient(GraphBuilder graph, Node node, EquatableArray<Value?> upstream)
    {
        TensorType x = node.Operands[0].Type;
        return [graph.Add(new Fold(Kernel, Stride, Padding, x.Shape), $"d_{node.Operands[0].Name}", upstream[0]!)];
    }
}

/// <summary>The gradient of <see cref="Unfold"/>: adds each window's row back to where it was taken from.</summary>
public sealed partial record Fold(Size Kernel, Size Stride, Size Padding, EquatableArray<Size> Shape) : Op
{
    public override string Arguments => $"{KernelArguments}, Shape: [{string.Join(", ", Shape)}]";

    public override string KernelArguments => $"Kernel: {Kernel}, Stride: {Stride}, Padding: {Padding}";

    public override IEnumerable<Size> KernelSizes => [Kernel, Stride, Padding];

    public override EquatableArray<TensorType> Infer(EquatableArray<TensorType> operands) => [operands[0].WithShape(Shape)];
}
