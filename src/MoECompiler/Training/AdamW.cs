using System.Runtime.CompilerServices;

namespace MoECompiler.Training;

/// <summary>
/// Adam with decoupled weight decay: each weight moves by its gradient's running mean over the root of its running mean square.
/// </summary>
/// <remarks>
/// m += (1 - MeanDecay) * (g - m); v = SquareDecay * v + (1 - SquareDecay) * g^2;
/// w = w * (1 - rate * WeightDecay) - rate * (m / (1 - MeanDecay^t)) / (sqrt(v / (1 - SquareDecay^t)) + Epsilon).
/// The same as PyTorch's torch.optim.AdamW. Source: Loshchilov and Hutter, Decoupled Weight Decay Regularization, ICLR 2019.
/// </remarks>
public sealed class AdamW : Optimizer
{
    public AdamW()
    {
        LearningRate = 1e-3;
        WeightDecay = 1e-2;
    }

    /// <summary>How much of the gradient's running mean is kept each step; the paper's beta 1.</summary>
    public double MeanDecay
    {
        get;
        init => field = Decay(value, nameof(MeanDecay));
    } = 0.9;

    /// <summary>How much of the running mean of the gradient's square is kept each step; the paper's beta 2.</summary>
    public double SquareDecay
    {
        get;
        init => field = Decay(value, nameof(SquareDecay));
    } = 0.999;

    /// <summary>Added to the root, so that it cannot be 0.</summary>
    public double Epsilon
    {
        get;
        init => field = NotNegative(value, nameof(Epsilon));
    } = 1e-8;

    internal override IReadOnlyList<string> StateNames { get; } = ["mean", "square"];

    internal override string Description => FormattableString.Invariant(
        $"AdamW(MeanDecay: {MeanDecay}, SquareDecay: {SquareDecay}, Epsilon: {Epsilon}, WeightDecay: {WeightDecay})");

    internal override void Update(Updater updater, long step, double learningRate) => updater.Apply<Rule, Formula>(new Rule(
        learningRate,
        MeanCorrection: 1 / (1 - Math.Pow(MeanDecay, step)),
        RootCorrection: (float)(1 / Math.Sqrt(1 - Math.Pow(SquareDecay, step))),
        MeanGain: (float)(1 - MeanDecay),
        SquareDecay: (float)SquareDecay,
        SquareGain: (float)(1 - SquareDecay),
        Epsilon: (float)Epsilon));

    private readonly record struct Rule(
        double LearningRate,
        double MeanCorrection,
        float RootCorrection,
        float MeanGain,
        float SquareDecay,
        float SquareGain,
        float Epsilon) : IUpdateRule<Formula>
    {
        public Formula For(double learningRateFactor, double weightDecay)
        {
            double rate = LearningRate * learningRateFactor;
            return new Formula(
                decay: (float)(-rate * weightDecay),
                move: (float)(-rate * MeanCorrection),
                RootCorrection,
                MeanGain,
                SquareDecay,
                SquareGain,
                Epsilon);
        }
    }

    internal readonly struct Formula(
        float decay, float move, float rootCorrection, float meanGain, float squareDecay, float squareGain, float epsilon) : IUpdateFormula
    {
        public static int States => 2;

        public static int Flops => 16;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Apply<V>(V gradient, ref V value, ref V first, ref V second) where V : unmanaged, ILanes<V>
        {
            first = V.FusedMultiplyAdd(V.Of(meanGain), gradient - first, first);
            second = V.FusedMultiplyAdd(V.Of(squareGain) * gradient, gradient, V.Of(squareDecay) * second);
            V root = V.FusedMultiplyAdd(V.Sqrt(second), V.Of(rootCorrection), V.Of(epsilon));
            // Decay and move are summed before they meet the weight: a factor such as 1 - 1e-5 would be rounded with every step alike.
            value += V.FusedMultiplyAdd(V.Of(move), first / root, V.Of(decay) * value);
        }
    }
}
