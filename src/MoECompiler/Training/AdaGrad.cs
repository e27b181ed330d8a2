using System.Runtime.CompilerServices;

namespace MoECompiler.Training;

/// <summary>Each weight has a rate of its own, which falls with the root of the sum of all its squared gradients: rare features keep learning.</summary>
/// <remarks>
/// g = gradient + WeightDecay * w; s += g^2; w -= rate * g / (sqrt(s) + Epsilon). The same as PyTorch's torch.optim.Adagrad without decay of
/// the rate. Source: Duchi, Hazan and Singer, Adaptive Subgradient Methods, JMLR 2011.
/// </remarks>
public sealed class AdaGrad : Optimizer
{
    public AdaGrad() => LearningRate = 1e-2;

    /// <summary>Added to the root, so that it cannot be 0.</summary>
    public double Epsilon
    {
        get;
        init => field = NotNegative(value, nameof(Epsilon));
    } = 1e-10;

    internal override IReadOnlyList<StateKind> States { get; } = [new("squares", IsSquare: true)];

    private protected override string Settings => FormattableString.Invariant($"AdaGrad(Epsilon: {Epsilon}, WeightDecay: {WeightDecay})");

    internal override void Update(Updater updater, long step, double learningRate) => updater.Apply(new Rule(learningRate, (float)Epsilon));

    private readonly record struct Rule(double LearningRate, float Epsilon) : IUpdateRule
    {
        public void Run<V, TLoop>(double learningRateFactor, double weightDecay, TLoop loop)
            where V : unmanaged, ILanes<V>
            where TLoop : struct, IUpdateLoop<V>
            => loop.Run(new Formula<V>(V.Of((float)(-LearningRate * learningRateFactor)), V.Of((float)weightDecay), V.Of(Epsilon)));
    }

    internal readonly struct Formula<V>(V rate, V decay, V epsilon) : IUpdateFormula<V> where V : unmanaged, ILanes<V>
    {
        public static int States => 1;

        public static int Flops => 9;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Apply(V gradient, ref V value, ref V first, ref V second)
        {
            gradient = V.FusedMultiplyAdd(decay, value, gradient);
            first = V.FusedMultiplyAdd(gradient, gradient, first);
            value = V.FusedMultiplyAdd(rate, gradient / (V.Sqrt(first) + epsilon), value);
        }
    }
}
