namespace MoECompiler.Bench.Families;

/// <summary>A base for thousands of adapters: two layers of experts between two dense ones, 34 matrices.</summary>
[Model]
public sealed partial class ServedModel
{
    [Size] public const int Features = 256, Width = 512, Experts = 8, TopK = 2, Inner = 512, Classes = 32;

    [Linear(Features, Width)]
    public partial Linear Stem { get; }

    [RoutedExperts(Width, Experts, TopK, Inner)]
    public partial RoutedExperts First { get; }

    [RoutedExperts(Width, Experts, TopK, Inner)]
    public partial RoutedExperts Second { get; }

    [Linear(Width, Classes)]
    public partial Linear Head { get; }

    [Forward]
    public Tensor Forward(Tensor features)
    {
        Tensor x = Stem.Forward(features).Relu();
        x += First.Forward(x);
        x += Second.Forward(x);
        return Head.Forward(x);
    }
}

[Nola<ServedModel>(Rank = 4, BasisA = 64, BasisB = 64, Bank = true)]
public sealed partial class ServedAdapter;
