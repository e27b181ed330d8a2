using MoECompiler;

namespace MoECompiler.Experiments;

/// <summary>
/// The next byte at each place: an embedding, two layers of attention and of experts, and logits. As it stands it is Switch; what its model has
/// for an attribute makes the others of it, of which only StableMoE looks at the bytes that the layers are given.
/// </summary>
[Module]
public sealed partial class LanguageNet
{
    public const int Bytes = 256, Places = 64, Width = 64, Heads = 4, Inner = 256, Experts = 8, Depth = 2;

    [Embedding(Bytes, Width)]
    public partial Embedding Letters { get; }

    [Layers(Depth)]
    public partial Layers<LanguageLayer> Blocks { get; }

    [RmsNorm(Width)]
    public partial RmsNorm Norm { get; }

    [Linear(Width, Bytes)]
    public partial Linear Head { get; }

    [Forward]
    public Tensor Forward(Tensor text)
    {
        Tensor x = Letters.Forward(text);
        foreach (LanguageLayer block in Blocks)
            x = block.Forward(x, text);
        return Head.Forward(Norm.Forward(x));
    }
}

/// <summary>Attention, then a routed layer as Switch has it: one expert a row, weighted by its score, and a balance loss.</summary>
[Module]
public sealed partial class LanguageLayer
{
    public partial LanguageContext Context { get; }

    [RmsNorm(LanguageNet.Width)]
    public partial RmsNorm Norm { get; }

    [RoutedExperts(LanguageNet.Width, LanguageNet.Experts, 1, LanguageNet.Inner, Activation = Activation.Gelu, NormalizeTopK = false, BalanceLoss = 0.01f)]
    public partial RoutedExperts Mixture { get; }

    [Forward]
    public Tensor Forward(Tensor x, Tensor text)
    {
        x = Context.Forward(x);
        return x + Mixture.Forward(Norm.Forward(x), text);
    }
}

/// <summary>What a place takes from those before it.</summary>
[Module]
public sealed partial class LanguageContext
{
    [RmsNorm(LanguageNet.Width)]
    public partial RmsNorm Norm { get; }

    [Attention(LanguageNet.Width, LanguageNet.Heads, Causal = true, Rotary = RotaryKind.Halves)]
    public partial Attention Attention { get; }

    [Forward]
    public Tensor Forward(Tensor x) => x + Attention.Forward(Norm.Forward(x));
}

/// <summary>How long the phases last, of the <see cref="Steps"/> that Switch makes; all set before anything was measured.</summary>
internal static class LanguageCourse
{
    public const int Steps = 1_200;

    /// <summary>A fifth of them with one expert.</summary>
    public const int SpawnAt = Steps / 5;

    /// <summary>A twentieth under the dense gate, whose temperature falls from 2 to 0.3 over all of it, as in the published settings.</summary>
    public const int GateSteps = Steps / 20;

    /// <summary>StableMoE's router learns for a tenth of them, as in the published settings.</summary>
    public const int StableAt = Steps / 10;
}

/// <summary>Fedus et al., Switch Transformers, 2021.</summary>
[Model]
public sealed partial class SwitchLanguage
{
    public partial LanguageNet Net { get; }

    [Forward]
    public Tensor Forward([Shape("B", LanguageNet.Places, Integer = true)] Tensor text) => Net.Forward(text);

    [Loss]
    public Tensor Loss(Tensor logits, Tensor next) => logits.CrossEntropy(next).Mean();
}

/// <summary>The gate begins dense, each expert as it was initialized. Nie et al., Dense-to-Sparse Gate, 2021.</summary>
[Model]
[Evolve(HardAt = LanguageCourse.GateSteps, TemperatureSteps = LanguageCourse.GateSteps)]
public sealed partial class SparsifiedLanguage
{
    public partial LanguageNet Net { get; }

    [Forward]
    public Tensor Forward([Shape("B", LanguageNet.Places, Integer = true)] Tensor text) => Net.Forward(text);

    [Loss]
    public Tensor Loss(Tensor logits, Tensor next) => logits.CrossEntropy(next).Mean();
}

/// <summary>One expert a layer, of which the others are made, and then the dense gate. Nie et al., EvoMoE, 2021.</summary>
[Model]
[Evolve(
    SpawnAt = LanguageCourse.SpawnAt, HardAt = LanguageCourse.SpawnAt + LanguageCourse.GateSteps, TemperatureSteps = LanguageCourse.GateSteps, SpawnSeed = 1)]
public sealed partial class EvolvedLanguage
{
    public partial LanguageNet Net { get; }

    [Forward]
    public Tensor Forward([Shape("B", LanguageNet.Places, Integer = true)] Tensor text) => Net.Forward(text);

    [Loss]
    public Tensor Loss(Tensor logits, Tensor next) => logits.CrossEntropy(next).Mean();
}

/// <summary>The router learns, and then a byte has its experts for good. Dai et al., StableMoE, 2022.</summary>
[Model]
[Stabilize(LanguageCourse.StableAt, LanguageNet.Bytes)]
public sealed partial class StableLanguage
{
    public partial LanguageNet Net { get; }

    [Forward]
    public Tensor Forward([Shape("B", LanguageNet.Places, Integer = true)] Tensor text) => Net.Forward(text);

    [Loss]
    public Tensor Loss(Tensor logits, Tensor next) => logits.CrossEntropy(next).Mean();
}
