namespace MoECompiler.Tests.Training;

/// <summary>Two layers of halves under a loss so small that its slopes are none in 16 bits.</summary>
[Model(Precision = Precision.Float16)]
public sealed partial class TinyLossModel
{
    [Linear(6, 5)]
    public partial Linear First { get; }

    [Linear(5, 3)]
    public partial Linear Second { get; }

    [Forward]
    public Tensor Forward(Tensor x) => Second.Forward(First.Forward(x).Tanh());

    [Loss]
    public Tensor Loss(Tensor y, Tensor target) => 1e-8f * y.SquaredError(target).Mean();
}
