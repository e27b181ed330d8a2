namespace MoECompiler.Bench.Families;

/// <summary>A stack like a transformer's without its attention: twelve layers of four projections and eight experts, 240 matrices.</summary>
[Model]
public sealed partial class FineTuned
{
    [Size] public const int Width = 512, Experts = 8, TopK = 2, Inner = 1024, Classes = 64, Depth = 12;

    [Layers(Depth)]
    public partial Layers<FineTunedBlock> Blocks { get; }

    [Linear(Width, Classes)]
    public partial Linear Head { get; }

    [Forward]
    public Tensor Forward([Shape("B", Width)] Tensor features)
    {
        Tensor x = features;
        foreach (FineTunedBlock block in Blocks)
            x = block.Forward(x);
        return Head.Forward(x);
    }

    [Loss]
    public Tensor Loss(Tensor logits, Tensor labels) => logits.CrossEntropy(labels).Mean();
}

/// <summary>The same with its matrices in 4 bits.</summary>
[Model(Precision = Precision.Nf4)]
public sealed partial class FineTunedIn4Bits
{
    [Size] public const int Depth = FineTuned.Depth;

    [Frozen, Layers(Depth)]
    public partial Layers<FineTunedBlock> Blocks { get; }

    [Frozen, Linear(FineTuned.Width, FineTuned.Classes)]
    public partial Linear Head { get; }

    [Forward]
    public Tensor Forward([Shape("B", FineTuned.Width)] Tensor features)
    {
        Tensor x = features;
        foreach (FineTunedBlock block in Blocks)
            x = block.Forward(x);
        return Head.Forward(x);
    }

    [Loss]
    public Tensor Loss(Tensor logits, Tensor labels) => logits.CrossEntropy(labels).Mean();
}

/// <summary>Query, key and value meet row by row, in place of the attention that would join rows.</summary>
[Module]
public sealed partial class FineTunedBlock
{
    [RmsNorm(FineTuned.Width)]
    public partial RmsNorm First { get; }

    [Linear(FineTuned.Width, FineTuned.Width, Bias = false)]
    public partial Linear Query { get; }

    [Linear(FineTuned.Width, FineTuned.Width, Bias = false)]
    public partial Linear Key { get; }

    [Linear(FineTuned.Width, FineTuned.Width, Bias = false)]
    public partial Linear Value { get; }

    [Linear(FineTuned.Width, FineTuned.Width, Bias = false)]
    public partial Linear Output { get; }

    [RmsNorm(FineTuned.Width)]
    public partial RmsNorm Second { get; }

    [RoutedExperts(FineTuned.Width, FineTuned.Experts, FineTuned.TopK, FineTuned.Inner)]
    public partial RoutedExperts Mixture { get; }

    [Forward]
    public Tensor Forward(Tensor x)
    {
        Tensor normed = First.Forward(x);
        x += Output.Forward((Query.Forward(normed) * Key.Forward(normed)).Sigmoid() * Value.Forward(normed));
        return x + Mixture.Forward(Second.Forward(x));
    }
}

[Lora<FineTuned>(Rank = 8, Targets = [nameof(FineTuned.Blocks)])]
public sealed partial class FineTunedByLora;

[Nola<FineTuned>(Rank = 8, BasisA = 256, BasisB = 256, Targets = [nameof(FineTuned.Blocks)])]
public sealed partial class FineTunedByNola;

[Nola<FineTuned>(Rank = 8, BasisA = 256, BasisB = 256, Share = NolaShare.PerMatrix, Targets = [nameof(FineTuned.Blocks)])]
public sealed partial class FineTunedByOwnBases;

[Lora<FineTunedIn4Bits>(Rank = 8, Targets = [nameof(FineTunedIn4Bits.Blocks)])]
public sealed partial class FineTunedByQLora;
