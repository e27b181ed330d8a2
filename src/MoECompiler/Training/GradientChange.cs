using System.Runtime.CompilerServices;

namespace MoECompiler.Training;

/// <summary>What an update does to each element of a gradient before the optimizer's formula is given it.</summary>
/// <param name="Factor">What it is multiplied by.</param>
/// <param name="Bound">What it is then not beyond, on either side of 0; infinity for no bound.</param>
internal readonly record struct GradientChange(float Factor, float Bound = float.PositiveInfinity)
{
    /// <summary>A gradient within its bounds; NaN, which is neither greater nor less, stays.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Bounded<V>(V gradient, V least, V greatest) where V : unmanaged, ILanes<V> =>
        V.SelectGreater(gradient, greatest, greatest, V.SelectGreater(least, gradient, least, gradient));
}
