using MoECompiler;

namespace MoECompiler.Experiments;

/// <summary>
/// The next byte from the last <see cref="Context"/> ones: their embeddings side by side, brought to one row, two routed layers, and logits. As it
/// stands it is Switch; [Evolve] on a model of the same parts makes the others of it.
/// </summary>
[Model]
public sealed partial class SwitchLanguage
{
    public const int Bytes = 256, Context = 8, Letter = 24, Width = 64, Inner = 256, Experts = 8, Depth = 2;

    [Embedding(Bytes, Letter)]
    public partial Embedding Letters { get; }

    [Linear(Context * Letter, Width)]
    public partial Linear Stem { get; }

    [Layers(Depth)]
    public partial Layers<LanguageLayer> Blocks { get; }

    [Linear(Width, Bytes)]
    public partial Linear Head { get; }

    [Forward]
    public Tensor Forward([Shape("B", Context, Integer = true)] Tensor context)
    {
        Tensor x = Stem.Forward(Letters.Forward(context).Reshape(-1, Context * Letter)).Gelu();
        foreach (LanguageLayer block in Blocks)
            x = block.Forward(x);
        return Head.Forward(x);
    }

    [Loss]
    public Tensor Loss(Tensor logits, Tensor next) => logits.CrossEntropy(next).Mean();
}

/// <summary>A routed layer as Switch has it: one expert a row, weighted by its score, and a balance loss.</summary>
[Module]
public sealed partial class LanguageLayer
{
    [RmsNorm(SwitchLanguage.Width)]
    public partial RmsNorm Norm { get; }

    [RoutedExperts(SwitchLanguage.Width, SwitchLanguage.Experts, 1, SwitchLanguage.Inner, Activation = Activation.Gelu, NormalizeTopK = false, BalanceLoss = 0.01f)]
    public partial RoutedExperts Mixture { get; }

    [Forward]
    public Tensor Forward(Tensor x) => x + Mixture.Forward(Norm.Forward(x));
}

/// <summary>The same that begins dense, each expert as it was initialized.</summary>
[Model]
[Evolve(HardAt = 150, Temperature = 1, FinalTemperature = 0.1f, TemperatureShape = ScheduleShape.Exponential, TemperatureSteps = 120)]
public sealed partial class SparsifiedLanguage
{
    [Embedding(SwitchLanguage.Bytes, SwitchLanguage.Letter)]
    public partial Embedding Letters { get; }

    [Linear(SwitchLanguage.Context * SwitchLanguage.Letter, SwitchLanguage.Width)]
    public partial Linear Stem { get; }

    [Layers(SwitchLanguage.Depth)]
    public partial Layers<LanguageLayer> Blocks { get; }

    [Linear(SwitchLanguage.Width, SwitchLanguage.Bytes)]
    public partial Linear Head { get; }

    [Forward]
    public Tensor Forward([Shape("B", SwitchLanguage.Context, Integer = true)] Tensor context)
    {
        Tensor x = Stem.Forward(Letters.Forward(context).Reshape(-1, SwitchLanguage.Context * SwitchLanguage.Letter)).Gelu();
        foreach (LanguageLayer block in Blocks)
            x = block.Forward(x);
        return Head.Forward(x);
    }

    [Loss]
    public Tensor Loss(Tensor logits, Tensor next) => logits.CrossEntropy(next).Mean();
}

/// <summary>The same that begins as one expert a layer, of which the others are made.</summary>
[Model]
[Evolve(SpawnAt = 600, HardAt = 700, Temperature = 1, FinalTemperature = 0.1f, TemperatureShape = ScheduleShape.Exponential, TemperatureSteps = 80, SpawnSeed = 1)]
public sealed partial class EvolvedLanguage
{
    [Embedding(SwitchLanguage.Bytes, SwitchLanguage.Letter)]
    public partial Embedding Letters { get; }

    [Linear(SwitchLanguage.Context * SwitchLanguage.Letter, SwitchLanguage.Width)]
    public partial Linear Stem { get; }

    [Layers(SwitchLanguage.Depth)]
    public partial Layers<LanguageLayer> Blocks { get; }

    [Linear(SwitchLanguage.Width, SwitchLanguage.Bytes)]
    public partial Linear Head { get; }

    [Forward]
    public Tensor Forward([Shape("B", SwitchLanguage.Context, Integer = true)] Tensor context)
    {
        Tensor x = Stem.Forward(Letters.Forward(context).Reshape(-1, SwitchLanguage.Context * SwitchLanguage.Letter)).Gelu();
        foreach (LanguageLayer block in Blocks)
            x = block.Forward(x);
        return Head.Forward(x);
    }

    [Loss]
    public Tensor Loss(Tensor logits, Tensor next) => logits.CrossEntropy(next).Mean();
}
