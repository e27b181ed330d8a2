namespace MoECompiler.Tests.Training;

/// <summary>Some layers of matrices alike, as most of a language model's weights are.</summary>
[Model]
public sealed partial class WideModel
{
    [Size] public const int Width = 96;

    [Linear(Width, Width)]
    public partial Linear Query { get; }

    [Linear(Width, Width)]
    public partial Linear Key { get; }

    [Linear(Width, Width)]
    public partial Linear Value { get; }

    [Linear(Width, Width)]
    public partial Linear Out { get; }

    [Linear(Width, Width)]
    public partial Linear Up { get; }

    [Linear(Width, Width)]
    public partial Linear Down { get; }

    [Forward]
    public Tensor Forward(Tensor x) => Down.Forward(Up.Forward(Out.Forward(Query.Forward(x) * Key.Forward(x) + Value.Forward(x)).Gelu()).Gelu());

    [Loss]
    public Tensor Loss(Tensor y, Tensor target) => y.SquaredError(target).Mean();
}
