using System.Runtime.CompilerServices;

namespace MoECompiler.Training;

/// <summary>What Adam and its kin have in common: running means of the gradient and of its square.</summary>
/// <remarks>
/// m += (1 - MeanDecay) * (g - m); v = SquareDecay * v + (1 - SquareDecay) * g^2; the direction of step t is
/// (m / (1 - MeanDecay^t)) / (sqrt(v / (1 - SquareDecay^t)) + Epsilon). Source: Kingma and Ba, Adam, ICLR 2015.
/// </remarks>
public abstract class AdaptiveMoments : Optimizer
{
    private protected AdaptiveMoments() => LearningRate = 1e-3;

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

    internal sealed override IReadOnlyList<StateKind> States { get; } = [new("mean"), new("square", IsSquare: true)];

    private protected sealed override string Settings => FormattableString.Invariant(
        $"{GetType().Name}(MeanDecay: {MeanDecay}, SquareDecay: {SquareDecay}, Epsilon: {Epsilon}, WeightDecay: {WeightDecay})");

    private protected Numbers NumbersOf(long step) => new(
        MeanCorrection: 1 / (1 - Math.Pow(MeanDecay, step)),
        RootCorrection: (float)(1 / Math.Sqrt(1 - Math.Pow(SquareDecay, step))),
        MeanGain: (float)(1 - MeanDecay),
        SquareDecay: (float)SquareDecay,
        SquareGain: (float)(1 - SquareDecay),
        Epsilon: (float)Epsilon);

    /// <summary>The numbers of one step.</summary>
    /// <param name="MeanCorrection">What the learning rate is multiplied by: the mean began at 0.</param>
    /// <param name="RootCorrection">What the root is multiplied by: the mean square began at 0.</param>
    /// <param name="MeanGain">1 - <see cref="AdaptiveMoments.MeanDecay"/>.</param>
    /// <param name="SquareDecay">As it was set.</param>
    /// <param name="SquareGain">1 - <see cref="AdaptiveMoments.SquareDecay"/>.</param>
    /// <param name="Epsilon">As it was set.</param>
    internal readonly record struct Numbers(
        double MeanCorrection, float RootCorrection, float MeanGain, float SquareDecay, float SquareGain, float Epsilon);

    /// <summary>Updates the means of an element and says where it goes.</summary>
    internal readonly struct Direction<V>(Numbers numbers) where V : unmanaged, ILanes<V>
    {
        public const int Flops = 11;

        private readonly V _rootCorrection = V.Of(numbers.RootCorrection);
        private readonly V _meanGain = V.Of(numbers.MeanGain);
        private readonly V _squareDecay = V.Of(numbers.SquareDecay);
        private readonly V _squareGain = V.Of(numbers.SquareGain);
        private readonly V _epsilon = V.Of(numbers.Epsilon);

        /// <returns>The direction, without the correction of the mean.</returns>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Next(V gradient, ref V mean, ref V square)
        {
            mean = V.FusedMultiplyAdd(_meanGain, gradient - mean, mean);
            square = V.FusedMultiplyAdd(_squareGain * gradient, gradient, _squareDecay * square);
            return mean / V.FusedMultiplyAdd(V.Sqrt(square), _rootCorrection, _epsilon);
        }
    }
}
