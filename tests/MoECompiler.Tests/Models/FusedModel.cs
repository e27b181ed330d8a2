namespace MoECompiler.Tests.Models;

/// <summary>A deep model whose gradients are handed over as they are made; one member is used twice.</summary>
[Model(FusedUpdate = true)]
public sealed partial class FusedModel
{
    [Size] public const int Width = 48, Classes = 5;

    [Linear(7, Width)]
    public partial Linear Stem { get; }

    [LayerNorm(Width)]
    public partial LayerNorm Norm { get; }

    [Linear(Width, Width)]
    public partial Linear First { get; }

    [Linear(Width, Width)]
    public partial Linear Second { get; }

    [Linear(Width, Width)]
    public partial Linear Third { get; }

    [RoutedExperts(Width, 3, 2, 20, BalanceLoss = 0.01f)]
    public partial RoutedExperts Mixture { get; }

    [Linear(Width, Classes)]
    public partial Linear Head { get; }

    [Forward]
    public Tensor Forward(Tensor x)
    {
        x = Norm.Forward(Stem.Forward(x).Silu());
        x += First.Forward(x).Silu();
        x += Second.Forward(x).Silu() * Second.Forward(x);
        x += Third.Forward(x).Silu();
        return Head.Forward(x + Mixture.Forward(x));
    }

    [Loss]
    public Tensor Loss(Tensor y, Tensor label) => y.CrossEntropy(label).Mean();
}

/// <summary>The same, with a gradient of each weight.</summary>
[Model]
public sealed partial class UnfusedModel
{
    [Size] public const int Width = 48, Classes = 5;

    [Linear(7, Width)]
    public partial Linear Stem { get; }

    [LayerNorm(Width)]
    public partial LayerNorm Norm { get; }

    [Linear(Width, Width)]
    public partial Linear First { get; }

    [Linear(Width, Width)]
    public partial Linear Second { get; }

    [Linear(Width, Width)]
    public partial Linear Third { get; }

    [RoutedExperts(Width, 3, 2, 20, BalanceLoss = 0.01f)]
    public partial RoutedExperts Mixture { get; }

    [Linear(Width, Classes)]
    public partial Linear Head { get; }

    [Forward]
    public Tensor Forward(Tensor x)
    {
        x = Norm.Forward(Stem.Forward(x).Silu());
        x += First.Forward(x).Silu();
        x += Second.Forward(x).Silu() * Second.Forward(x);
        x += Third.Forward(x).Silu();
        return Head.Forward(x + Mixture.Forward(x));
    }

    [Loss]
    public Tensor Loss(Tensor y, Tensor label) => y.CrossEntropy(label).Mean();
}
