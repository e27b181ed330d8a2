namespace MoECompiler.Tests.Models;

/// <summary>Routers that go by ids, by the whole sequence, or by nothing at all.</summary>
[Model]
public sealed partial class ToldModel
{
    [Size] public const int Vocabulary = 11, Width = 8, Experts = 5, Inner = 6, Classes = 3;

    public const int Tasks = 4;

    [Embedding(Vocabulary, Width)]
    public partial Embedding Tokens { get; }

    [RoutedExperts(Width, Experts, 2, Inner, Router = RouterKind.Hash, RouterSeed = 3, Activation = Activation.Tanh)]
    public partial RoutedExperts Hashed { get; }

    [RoutedExperts(Width, Experts, 2, Inner, Router = RouterKind.Table, Ids = Tasks, Activation = Activation.Tanh, BalanceLoss = 0.1f)]
    public partial RoutedExperts ByTask { get; }

    [RoutedExperts(Width, Experts, 2, Inner, Router = RouterKind.Conditioned, Ids = 11, RouterBias = true, NormalizeTopK = false, Activation = Activation.Tanh)]
    public partial RoutedExperts Conditioned { get; }

    [RoutedExperts(Width, Experts, 3, Inner, Mask = RouterMask.Table, Ids = 11, Score = RouterScore.SqrtSoftplus, SequenceBalanceLoss = 0.1f, Activation = Activation.Tanh)]
    public partial RoutedExperts Masked { get; }

    [RoutedExperts(Width, Experts, 3, Inner, Mask = RouterMask.Drawn, VisibleExperts = 2, RouterSeed = 5, SelectionBias = true, BalanceLoss = 0.1f, ReportEntropy = true, Activation = Activation.Tanh)]
    public partial RoutedExperts Hidden { get; }

    [RoutedExperts(Width, Experts, 2, Inner, Level = RouterLevel.Sequence, Activation = Activation.Tanh)]
    public partial RoutedExperts Pooled { get; }

    [RoutedExperts(Width, Experts, 2, Inner, Level = RouterLevel.Context, Noise = RouterNoise.Learned, LoadLoss = 0.01f, Activation = Activation.Tanh)]
    public partial RoutedExperts InContext { get; }

    [RoutedExperts(Width, Experts, 3, Inner, Router = RouterKind.Cyclic, RoutedScale = 2, OrthogonalityLoss = 0.1f, Activation = Activation.Tanh)]
    public partial RoutedExperts InTurn { get; }

    [RoutedExperts(Width, Experts, 2, Inner, Router = RouterKind.Random, CapacityFactor = 0.75f, Kind = ExpertKind.SwiGlu)]
    public partial RoutedExperts Drawn { get; }

    [Linear(Width, Classes)]
    public partial Linear Head { get; }

    [Forward]
    public Tensor Forward([Shape("B", "T", Integer = true)] Tensor tokens, [Shape("B", Integer = true)] Tensor tasks)
    {
        Tensor x = Tokens.Forward(tokens);
        x += Hashed.Forward(x, tokens);
        x += ByTask.Forward(x, tasks);
        x += Conditioned.Forward(x, tokens);
        x += Masked.Forward(x, tokens);
        x += Hidden.Forward(x, tokens);
        x += Pooled.Forward(x);
        x += InContext.Forward(x);
        x += InTurn.Forward(x);
        x += Drawn.Forward(x);
        return Head.Forward(x);
    }

    [Loss]
    public Tensor Loss(Tensor logits, Tensor labels) => logits.CrossEntropy(labels).Mean();
}
