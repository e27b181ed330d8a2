using System.Runtime.CompilerServices;

namespace MoECompiler.Training;

/// <summary>Each step is as long as the root mean square of the steps before it, in the weight's own unit: it needs no learning rate.</summary>
/// <remarks>
/// g = gradient + WeightDecay * w; v = SquareDecay * v + (1 - SquareDecay) * g^2; d = g * sqrt(u + Epsilon) / sqrt(v + Epsilon);
/// u = SquareDecay * u + (1 - SquareDecay) * d^2; w -= rate * d, with a rate of 1 in the paper. The same as PyTorch's torch.optim.Adadelta.
/// Source: Zeiler, ADADELTA: An Adaptive Learning Rate Method, 2012.
/// </remarks>
public sealed class AdaDelta : Optimizer
{
    public AdaDelta() => LearningRate = 1;

    /// <summary>How much of both running means of squares is kept each step; the paper's rho.</summary>
    public double SquareDecay
    {
        get;
        init => field = Decay(value, nameof(SquareDecay));
    } = 0.9;

    /// <summary>Added below both roots: it makes the first steps.</summary>
    public double Epsilon
    {
        get;
        init => field = NotNegative(value, nameof(Epsilon));
    } = 1e-6;

    internal override IReadOnlyList<StateKind> States { get; } = [new("square", IsSquare: true), new("step", IsSquare: true)];

    private protected override string Settings => FormattableString.Invariant(
        $"AdaDelta(SquareDecay: {SquareDecay}, Epsilon: {Epsilon}, WeightDecay: {WeightDecay})");

    internal override void Update(Updater updater, long step, double learningRate)
        => updater.Apply(new Rule(learningRate, SquareDecay, (float)Epsilon));

    private readonly record struct Rule(double LearningRate, double SquareDecay, float Epsilon) : IUpdateRule
    {
        public void Run<V, TLoop>(double learningRateFactor, double weightDecay, TLoop loop)
            where V : unmanaged, ILanes<V>
            where TLoop : struct, IUpdateLoop<V>
            => loop.Run(new Formula<V>(
                V.Of((float)(-LearningRate * learningRateFactor)),
                V.Of((float)weightDecay),
                V.Of((float)SquareDecay),
                V.Of((float)(1 - SquareDecay)),
                V.Of(Epsilon)));
    }

    internal readonly struct Formula<V>(V rate, V decay, V kept, V gain, V epsilon) : IUpdateFormula<V> where V : unmanaged, ILanes<V>
    {
        public static int States => 2;

        public static int Flops => 18;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Apply(V gradient, ref V value, ref V first, ref V second)
        {
            gradient = V.FusedMultiplyAdd(decay, value, gradient);
            first = V.FusedMultiplyAdd(gain * gradient, gradient, kept * first);
            V step = gradient * (V.Sqrt(second + epsilon) / V.Sqrt(first + epsilon));
            second = V.FusedMultiplyAdd(gain * step, step, kept * second);
            value = V.FusedMultiplyAdd(rate, step, value);
        }
    }
}
