using System.Runtime.CompilerServices;

namespace MoECompiler.Training;

/// <summary>Stochastic gradient descent with momentum; the weight decay is added to the gradient.</summary>
/// <remarks>
/// g = gradient + WeightDecay * w; m = Momentum * m + g; w -= rate * m, with Nesterov w -= rate * (g + Momentum * m).
/// The same as PyTorch's torch.optim.SGD without dampening. Source: Sutskever et al., ICML 2013.
/// </remarks>
public sealed class Sgd : Optimizer
{
    /// <summary>How much of the last direction is kept; 0 needs no state.</summary>
    public double Momentum
    {
        get;
        init => field = Decay(value, nameof(Momentum));
    }

    /// <summary>Looks ahead by the momentum.</summary>
    public bool Nesterov { get; init; }

    internal override IReadOnlyList<StateKind> States => Momentum > 0 ? [new("momentum")] : [];

    private protected override string Settings
        => FormattableString.Invariant($"Sgd(Momentum: {Momentum}, Nesterov: {Nesterov}, WeightDecay: {WeightDecay})");

    internal override void Update(Updater updater, long step, double learningRate)
    {
        if (Momentum > 0)
            updater.Apply(new MomentumRule(learningRate, (float)Momentum, Nesterov));
        else
            updater.Apply(new PlainRule(learningRate));
    }

    private readonly record struct PlainRule(double LearningRate) : IUpdateRule
    {
        public void Run<V, TLoop>(double learningRateFactor, double weightDecay, TLoop loop)
            where V : unmanaged, ILanes<V>
            where TLoop : struct, IUpdateLoop<V>
            => loop.Run(new PlainFormula<V>(V.Of((float)(-LearningRate * learningRateFactor)), V.Of((float)weightDecay)));
    }

    private readonly record struct MomentumRule(double LearningRate, float Momentum, bool IsNesterov) : IUpdateRule
    {
        public void Run<V, TLoop>(double learningRateFactor, double weightDecay, TLoop loop)
            where V : unmanaged, ILanes<V>
            where TLoop : struct, IUpdateLoop<V>
        {
            V rate = V.Of((float)(-LearningRate * learningRateFactor));
            V decay = V.Of((float)weightDecay);
            if (IsNesterov)
                loop.Run(new NesterovFormula<V>(rate, decay, V.Of(Momentum)));
            else
                loop.Run(new MomentumFormula<V>(rate, decay, V.Of(Momentum)));
        }
    }

    internal readonly struct PlainFormula<V>(V rate, V decay) : IUpdateFormula<V> where V : unmanaged, ILanes<V>
    {
        public static int States => 0;

        public static int Flops => 5;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Apply(V gradient, ref V value, ref V first, ref V second)
        {
            gradient = V.FusedMultiplyAdd(decay, value, gradient);
            value = V.FusedMultiplyAdd(rate, gradient, value);
        }
    }

    internal readonly struct MomentumFormula<V>(V rate, V decay, V kept) : IUpdateFormula<V> where V : unmanaged, ILanes<V>
    {
        public static int States => 1;

        public static int Flops => 7;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Apply(V gradient, ref V value, ref V first, ref V second)
        {
            gradient = V.FusedMultiplyAdd(decay, value, gradient);
            first = V.FusedMultiplyAdd(kept, first, gradient);
            value = V.FusedMultiplyAdd(rate, first, value);
        }
    }

    internal readonly struct NesterovFormula<V>(V rate, V decay, V kept) : IUpdateFormula<V> where V : unmanaged, ILanes<V>
    {
        public static int States => 1;

        public static int Flops => 9;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Apply(V gradient, ref V value, ref V first, ref V second)
        {
            gradient = V.FusedMultiplyAdd(decay, value, gradient);
            first = V.FusedMultiplyAdd(kept, first, gradient);
            value = V.FusedMultiplyAdd(rate, V.FusedMultiplyAdd(kept, first, gradient), value);
        }
    }
}
