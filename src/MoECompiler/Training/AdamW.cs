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

    internal override void Update(Updater updater, long step, double learningRate) => updater.Apply(new Rule(
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
        float Epsilon) : IUpdateRule
    {
        public void Run<V, TLoop>(double learningRateFactor, double weightDecay, TLoop loop)
            where V : unmanaged, ILanes<V>
            where TLoop : struct, IUpdateLoop<V>
        {
            double rate = LearningRate * learningRateFactor;
            loop.Run(new Formula<V>(
                decay: V.Of((float)(-rate * weightDecay)),
                move: V.Of((float)(-rate * MeanCorrection)),
                V.Of(RootCorrection),
                V.Of(MeanGain),
                V.Of(SquareDecay),
                V.Of(SquareGain),
                V.Of(Epsilon)));
        }
    }

    internal readonly struct Formula<V>(V decay, V move, V rootCorrection, V meanGain, V squareDecay, V squareGain, V epsilon) : IUpdateFormula<V>
        where V : unmanaged, ILanes<V>
    {
        public static int States => 2;

        public static int Flops => 16;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Apply(V gradient, ref V value, ref V first, ref V second)
        {
            first = V.FusedMultiplyAdd(meanGain, gradient - first, first);
            second = V.FusedMultiplyAdd(squareGain * gradient, gradient, squareDecay * second);
            V root = V.FusedMultiplyAdd(V.Sqrt(second), rootCorrection, epsilon);
            // Decay and move are summed before they meet the weight: a factor such as 1 - 1e-5 would be rounded with every step alike.
            value += V.FusedMultiplyAdd(move, first / root, decay * value);
        }
    }
}
