using MoECompiler;

namespace ServeBatch;

/// <summary>A base that many customers share: two routed layers between two dense ones.</summary>
[Model]
public sealed partial class StyleModel
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

/// <summary>What a customer has of their own. <c>Bank</c> makes <see cref="CustomerAdapterBank"/>, which runs many in one batch.</summary>
[Lora<StyleModel>(Rank = 4, Alpha = 8, Bank = true)]
public sealed partial class CustomerAdapter;
