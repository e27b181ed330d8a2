using System.Runtime.CompilerServices;

namespace MoECompiler.Training;

/// <summary>
/// Adam: each weight moves by its gradient's running mean over the root of its running mean square; the weight decay is added to the gradient.
/// </summary>
/// <remarks>
/// g = gradient + WeightDecay * w; w -= rate * direction, the direction as in <see cref="AdaptiveMoments"/>. The same as PyTorch's
/// torch.optim.Adam. Source: Kingma and Ba, Adam: A Method for Stochastic Optimization, ICLR 2015. <see cref="AdamW"/> keeps the decay apart.
/// </remarks>
public sealed class Adam : AdaptiveMoments
{
    internal override void Update(Updater updater, long step, double learningRate) => updater.Apply(new Rule(learningRate, NumbersOf(step)));

    private readonly record struct Rule(double LearningRate, Numbers Numbers) : IUpdateRule
    {
        public void Run<V, TLoop>(double learningRateFactor, double weightDecay, TLoop loop)
            where V : unmanaged, ILanes<V>
            where TLoop : struct, IUpdateLoop<V>
            => loop.Run(new Formula<V>(
                V.Of((float)weightDecay), move: V.Of((float)(-LearningRate * learningRateFactor * Numbers.MeanCorrection)), new Direction<V>(Numbers)));
    }

    internal readonly struct Formula<V>(V decay, V move, Direction<V> direction) : IUpdateFormula<V> where V : unmanaged, ILanes<V>
    {
        public static int States => 2;

        public static int Flops => Direction<V>.Flops + 4;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Apply(V gradient, ref V value, ref V first, ref V second)
        {
            gradient = V.FusedMultiplyAdd(decay, value, gradient);
            value = V.FusedMultiplyAdd(move, direction.Next(gradient, ref first, ref second), value);
        }
    }
}
