namespace MoECompiler.Gpu.Bench;

/// <summary>A compiled model of one product and nothing else.</summary>
[Model]
public sealed partial class ProductLayer
{
    [Size] public const int Depth = 1_024, Columns = 2_048;

    [Linear(Depth, Columns, Bias = false)]
    public partial Linear Weights { get; }

    [Forward]
    public Tensor Forward(Tensor x) => Weights.Forward(x);
}
