using System.Runtime.CompilerServices;

namespace MoECompiler.Training;

/// <summary>A move of all trained parameters along one random direction z ~ N(0, 1), which is drawn again whenever it is needed.</summary>
/// <remarks>w = v - From z is where the parameter was, v being what is there now; it comes to w - rate factor (Slope z + WeightDecay w) + To z.</remarks>
/// <param name="Random">Which direction; element i of parameter p is element i of layer p of <see cref="Site"/>.</param>
/// <param name="From">How far along z the parameters are now.</param>
/// <param name="To">How far along z they are afterwards.</param>
internal readonly record struct Perturbation(RandomState Random, float From, float To)
{
    /// <summary>The site of <see cref="Philox"/> for directions.</summary>
    public const int Site = -3;

    /// <summary>The derivative of the loss along z, by which the parameters are updated.</summary>
    public double Slope { get; init; }

    /// <summary>Of the update.</summary>
    public double LearningRate { get; init; }

    /// <summary>The formula for parameters of a group with these settings.</summary>
    public Formula<V> FormulaOf<V>(double learningRateFactor, double weightDecay) where V : unmanaged, ILanes<V>
    {
        double rate = LearningRate * learningRateFactor;
        return new(V.Of(-From), V.Of((float)-(rate * Slope)), V.Of((float)-(rate * weightDecay)), V.Of(To));
    }

    /// <summary>Written once for all devices.</summary>
    internal readonly struct Formula<V>(V back, V move, V decay, V to) where V : unmanaged, ILanes<V>
    {
        public const int Flops = 8;

        /// <summary>Where the parameter was, of what is there now.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Restore(V value, V direction) => V.FusedMultiplyAdd(back, direction, value);

        /// <summary>The parameter after the update.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Update(V value, V direction) => value + V.FusedMultiplyAdd(move, direction, decay * value);

        /// <summary>What is there afterwards.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Move(V value, V direction) => V.FusedMultiplyAdd(to, direction, value);
    }
}
