using System.Runtime.CompilerServices;

namespace MoECompiler.Training;

/// <summary>Each gradient over the root of its running mean square, with momentum if wanted.</summary>
/// <remarks>
/// g = gradient + WeightDecay * w; v = SquareDecay * v + (1 - SquareDecay) * g^2; d = g / (sqrt(v) + Epsilon); w -= rate * d, with momentum
/// m = Momentum * m + d; w -= rate * m. The same as PyTorch's torch.optim.RMSprop, not centered. Source: Tieleman and Hinton, Lecture 6.5, 2012.
/// </remarks>
public sealed class RmsProp : Optimizer
{
    public RmsProp() => LearningRate = 1e-2;

    /// <summary>How much of the running mean of the gradient's square is kept each step.</summary>
    public double SquareDecay
    {
        get;
        init => field = Decay(value, nameof(SquareDecay));
    } = 0.99;

    /// <summary>How much of the last direction is kept; 0 needs no state.</summary>
    public double Momentum
    {
        get;
        init => field = Decay(value, nameof(Momentum));
    }

    /// <summary>Added to the root, so that it cannot be 0.</summary>
    public double Epsilon
    {
        get;
        init => field = NotNegative(value, nameof(Epsilon));
    } = 1e-8;

    internal override IReadOnlyList<StateKind> States => Momentum > 0 ? [new("square", IsSquare: true), new("momentum")] : [new("square", IsSquare: true)];

    private protected override string Settings => FormattableString.Invariant(
        $"RmsProp(SquareDecay: {SquareDecay}, Momentum: {Momentum}, Epsilon: {Epsilon}, WeightDecay: {WeightDecay})");

    internal override void Update(Updater updater, long step, double learningRate)
        => updater.Apply(new Rule(learningRate, SquareDecay, (float)Epsilon, (float)Momentum));

    private readonly record struct Rule(double LearningRate, double SquareDecay, float Epsilon, float Momentum) : IUpdateRule
    {
        public void Run<V, TLoop>(double learningRateFactor, double weightDecay, TLoop loop)
            where V : unmanaged, ILanes<V>
            where TLoop : struct, IUpdateLoop<V>
        {
            V rate = V.Of((float)(-LearningRate * learningRateFactor));
            Direction<V> direction = new(V.Of((float)weightDecay), V.Of((float)SquareDecay), V.Of((float)(1 - SquareDecay)), V.Of(Epsilon));
            if (Momentum > 0)
                loop.Run(new MomentumFormula<V>(rate, V.Of(Momentum), direction));
            else
                loop.Run(new PlainFormula<V>(rate, direction));
        }
    }

    internal readonly struct Direction<V>(V decay, V kept, V gain, V epsilon) where V : unmanaged, ILanes<V>
    {
        public const int Flops = 9;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Next(V gradient, V value, ref V square)
        {
            gradient = V.FusedMultiplyAdd(decay, value, gradient);
            square = V.FusedMultiplyAdd(gain * gradient, gradient, kept * square);
            return gradient / (V.Sqrt(square) + epsilon);
        }
    }

    internal readonly struct PlainFormula<V>(V rate, Direction<V> direction) : IUpdateFormula<V> where V : unmanaged, ILanes<V>
    {
        public static int States => 1;

        public static int Flops => Direction<V>.Flops + 2;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Apply(V gradient, ref V value, ref V first, ref V second)
            => value = V.FusedMultiplyAdd(rate, direction.Next(gradient, value, ref first), value);
    }

    internal readonly struct MomentumFormula<V>(V rate, V momentum, Direction<V> direction) : IUpdateFormula<V> where V : unmanaged, ILanes<V>
    {
        public static int States => 2;

        public static int Flops => Direction<V>.Flops + 4;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Apply(V gradient, ref V value, ref V first, ref V second)
        {
            second = V.FusedMultiplyAdd(momentum, second, direction.Next(gradient, value, ref first));
            value = V.FusedMultiplyAdd(rate, second, value);
        }
    }
}
