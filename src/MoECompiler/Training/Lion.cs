using System.Runtime.CompilerServices;

namespace MoECompiler.Training;

/// <summary>Each weight moves by the learning rate, up or down: by the sign of the gradient's running mean. One number of state an element.</summary>
/// <remarks>
/// d = sign(MixDecay * m + (1 - MixDecay) * g); w -= rate * (d + WeightDecay * w); m = MeanDecay * m + (1 - MeanDecay) * g. Rates are three to
/// ten times lower than AdamW's, and weight decays as many times higher. Source: Chen et al., Symbolic Discovery of Optimization Algorithms,
/// NeurIPS 2023.
/// </remarks>
public sealed class Lion : Optimizer
{
    public Lion() => LearningRate = 1e-4;

    /// <summary>How much of the running mean is in the direction, the rest being the gradient; the paper's beta 1.</summary>
    public double MixDecay
    {
        get;
        init => field = Decay(value, nameof(MixDecay));
    } = 0.9;

    /// <summary>How much of the gradient's running mean is kept each step; the paper's beta 2.</summary>
    public double MeanDecay
    {
        get;
        init => field = Decay(value, nameof(MeanDecay));
    } = 0.99;

    internal override IReadOnlyList<StateKind> States { get; } = [new("mean")];

    private protected override string Settings => FormattableString.Invariant(
        $"Lion(MixDecay: {MixDecay}, MeanDecay: {MeanDecay}, WeightDecay: {WeightDecay})");

    internal override void Update(Updater updater, long step, double learningRate)
        => updater.Apply(new Rule(learningRate, (float)(1 - MixDecay), (float)(1 - MeanDecay)));

    private readonly record struct Rule(double LearningRate, float MixGain, float MeanGain) : IUpdateRule
    {
        public void Run<V, TLoop>(double learningRateFactor, double weightDecay, TLoop loop)
            where V : unmanaged, ILanes<V>
            where TLoop : struct, IUpdateLoop<V>
        {
            double rate = LearningRate * learningRateFactor;
            loop.Run(new Formula<V>(V.Of((float)-rate), V.Of((float)(-rate * weightDecay)), V.Of(MixGain), V.Of(MeanGain)));
        }
    }

    internal readonly struct Formula<V>(V rate, V decay, V mixGain, V meanGain) : IUpdateFormula<V> where V : unmanaged, ILanes<V>
    {
        public static int States => 1;

        public static int Flops => 12;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Apply(V gradient, ref V value, ref V first, ref V second)
        {
            V change = gradient - first;
            V direction = Lane.Sign(V.FusedMultiplyAdd(mixGain, change, first));
            first = V.FusedMultiplyAdd(meanGain, change, first);
            value += V.FusedMultiplyAdd(rate, direction, decay * value);
        }
    }
}
