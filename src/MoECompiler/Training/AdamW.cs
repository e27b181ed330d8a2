using System.Runtime.CompilerServices;

namespace MoECompiler.Training;

/// <summary>
/// Adam with decoupled weight decay: each weight moves by its gradient's running mean over the root of its running mean square.
/// </summary>
/// <remarks>
/// w = w * (1 - rate * WeightDecay) - rate * direction, the direction as in <see cref="AdaptiveMoments"/>. The same as PyTorch's
/// torch.optim.AdamW. Source: Loshchilov and Hutter, Decoupled Weight Decay Regularization, ICLR 2019.
/// </remarks>
public sealed class AdamW : AdaptiveMoments
{
    public AdamW() => WeightDecay = 1e-2;

    internal override void Update(Updater updater, long step, double learningRate) => updater.Apply(new Rule(learningRate, NumbersOf(step)));

    private readonly record struct Rule(double LearningRate, Numbers Numbers) : IUpdateRule
    {
        public void Run<V, TLoop>(double learningRateFactor, double weightDecay, TLoop loop)
            where V : unmanaged, ILanes<V>
            where TLoop : struct, IUpdateLoop<V>
        {
            double rate = LearningRate * learningRateFactor;
            loop.Run(new Formula<V>(
                decay: V.Of((float)(-rate * weightDecay)),
                move: V.Of((float)(-rate * Numbers.MeanCorrection)),
                new Direction<V>(Numbers)));
        }
    }

    internal readonly struct Formula<V>(V decay, V move, Direction<V> direction) : IUpdateFormula<V> where V : unmanaged, ILanes<V>
    {
        public static int States => 2;

        public static int Flops => Direction<V>.Flops + 4;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Apply(V gradient, ref V value, ref V first, ref V second)
        {
            // Decay and move are summed before they meet the weight: a factor such as 1 - 1e-5 would be rounded with every step alike.
            V way = direction.Next(gradient, ref first, ref second);
            value += V.FusedMultiplyAdd(move, way, decay * value);
        }
    }
}
