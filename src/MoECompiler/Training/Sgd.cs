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

    internal override IReadOnlyList<string> StateNames => Momentum > 0 ? ["momentum"] : [];

    internal override string Description
        => FormattableString.Invariant($"Sgd(Momentum: {Momentum}, Nesterov: {Nesterov}, WeightDecay: {WeightDecay})");

    internal override void Update(Updater updater, long step, double learningRate)
    {
        if (Momentum > 0)
            updater.Apply<MomentumRule, MomentumFormula>(new MomentumRule(learningRate, (float)Momentum, Nesterov));
        else
            updater.Apply<PlainRule, PlainFormula>(new PlainRule(learningRate));
    }

    private readonly record struct PlainRule(double LearningRate) : IUpdateRule<PlainFormula>
    {
        public PlainFormula For(double learningRateFactor, double weightDecay) => new((float)(-LearningRate * learningRateFactor), (float)weightDecay);
    }

    private readonly record struct MomentumRule(double LearningRate, float Momentum, bool Nesterov) : IUpdateRule<MomentumFormula>
    {
        public MomentumFormula For(double learningRateFactor, double weightDecay)
            => new((float)(-LearningRate * learningRateFactor), (float)weightDecay, Momentum, Nesterov ? 1 : 0);
    }

    internal readonly struct PlainFormula(float rate, float decay) : IUpdateFormula
    {
        public static int States => 0;

        public static int Flops => 5;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Apply<V>(V gradient, ref V value, ref V first, ref V second) where V : unmanaged, ILanes<V>
        {
            gradient = V.FusedMultiplyAdd(V.Of(decay), value, gradient);
            value = V.FusedMultiplyAdd(V.Of(rate), gradient, value);
        }
    }

    /// <remarks><c>isNesterov</c> is 0 or 1: launches take no truth values.</remarks>
    internal readonly struct MomentumFormula(float rate, float decay, float kept, int isNesterov) : IUpdateFormula
    {
        public static int States => 1;

        public static int Flops => 9;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Apply<V>(V gradient, ref V value, ref V first, ref V second) where V : unmanaged, ILanes<V>
        {
            gradient = V.FusedMultiplyAdd(V.Of(decay), value, gradient);
            first = V.FusedMultiplyAdd(V.Of(kept), first, gradient);
            V direction = isNesterov != 0 ? V.FusedMultiplyAdd(V.Of(kept), first, gradient) : first;
            value = V.FusedMultiplyAdd(V.Of(rate), direction, value);
        }
    }
}
