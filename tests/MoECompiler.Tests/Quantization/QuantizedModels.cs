namespace MoECompiler.Tests.Quantization;

/// <summary>All that 4 bits are for, and what they are not for: rows that end within a block and within a word, experts, a repeated layer, a table.</summary>
[Model(Precision = Precision.Nf4)]
public sealed partial class QuantizedModel
{
    [Size] public const int Columns = 9, Width = 67, Depth = 2, Words = 5, Classes = 5;

    [Frozen, Linear(Columns, Width)]
    public partial Linear Stem { get; }

    [Frozen, Embedding(Words, Width)]
    public partial Embedding Places { get; }

    [Frozen, RoutedExperts(Width, 4, 2, 11, Activation = Activation.Gelu, Bias = true)]
    public partial RoutedExperts Routed { get; }

    [Layers(Depth)]
    public partial Layers<QuantizedBlock> Blocks { get; }

    [Frozen, Linear(Width, Classes)]
    public partial Linear Head { get; }

    [Forward]
    public Tensor Forward(Tensor features, [Shape("B", Integer = true)] Tensor words)
    {
        Tensor x = Stem.Forward(features).Tanh() + Places.Forward(words);
        x += Routed.Forward(x);
        foreach (QuantizedBlock block in Blocks)
            x = block.Forward(x);
        return Head.Forward(x);
    }

    [Loss]
    public Tensor Loss(Tensor logits, Tensor labels) => logits.CrossEntropy(labels).Mean();
}

/// <summary>Its norm is trained with the model.</summary>
[Module]
public sealed partial class QuantizedBlock
{
    [RmsNorm(QuantizedModel.Width)]
    public partial RmsNorm Norm { get; }

    [Frozen, RoutedExperts(QuantizedModel.Width, 3, 2, 8, Kind = ExpertKind.SwiGlu, SharedExperts = 1)]
    public partial RoutedExperts Mlp { get; }

    [Forward]
    public Tensor Forward(Tensor x) => x + Mlp.Forward(Norm.Forward(x));
}

/// <summary>QLoRA.</summary>
[Lora<QuantizedModel>(Rank = 2, Alpha = 3, Bank = true)]
public sealed partial class QuantizedLora;

/// <summary>One basis for the experts of a layer, and for all other matrices of their extents.</summary>
[Nola<QuantizedModel>(Rank = 2, BasisA = 7, BasisB = 5, Seed = 4)]
public sealed partial class QuantizedNola;

[Dora<QuantizedModel>(Rank = 2)]
public sealed partial class QuantizedDora;

[Ia3<QuantizedModel>]
public sealed partial class QuantizedIa3;

/// <summary>A small mixture in floats and in 4 bits: the members have the same names, so one's file is the other's.</summary>
[Model]
public sealed partial class FullMixture
{
    public partial Mixture Body { get; }

    [Forward]
    public Tensor Forward([Shape("B", Mixture.Columns)] Tensor x) => Body.Forward(x);

    [Loss]
    public Tensor Loss(Tensor logits, Tensor labels) => logits.CrossEntropy(labels).Mean();
}

/// <inheritdoc cref="FullMixture"/>
[Model(Precision = Precision.Nf4)]
public sealed partial class SmallMixture
{
    [Frozen]
    public partial Mixture Body { get; }

    [Forward]
    public Tensor Forward([Shape("B", Mixture.Columns)] Tensor x) => Body.Forward(x);

    [Loss]
    public Tensor Loss(Tensor logits, Tensor labels) => logits.CrossEntropy(labels).Mean();
}

[Module]
public sealed partial class Mixture
{
    public const int Columns = 64, Classes = 4, Width = 128;

    [Linear(Columns, Width)]
    public partial Linear Stem { get; }

    [RoutedExperts(Width, 4, 2, 256)]
    public partial RoutedExperts Experts { get; }

    [Linear(Width, Classes)]
    public partial Linear Head { get; }

    [Forward]
    public Tensor Forward(Tensor x)
    {
        x = Stem.Forward(x).Relu();
        x += Experts.Forward(x);
        return Head.Forward(x);
    }
}

[Lora<FullMixture>(Rank = 4, Alpha = 8)]
public sealed partial class FullMixtureLora;

[Lora<SmallMixture>(Rank = 4, Alpha = 8)]
public sealed partial class SmallMixtureLora;
