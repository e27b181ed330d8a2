using System.Runtime.CompilerServices;

namespace MoECompiler.Training;

/// <summary>The 32-bit copy of a weight that is stored in 16 bits; see <see cref="TrainedParameter.Master"/>.</summary>
internal static class Master
{
    /// <summary>2^-126: two numbers of 16 bits that differ by less are taken for one.</summary>
    private const float LeastNormal = 1.17549435e-38f;

    /// <summary>The copy, where it rounds to what is stored; else what is stored.</summary>
    /// <param name="master">The copy.</param>
    /// <param name="rounded">The copy as it would be stored.</param>
    /// <param name="stored">What is stored.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Current<V>(V master, V rounded, V stored) where V : unmanaged, ILanes<V> =>
        V.SelectGreater(V.Of(LeastNormal), V.Abs(stored - rounded), master, stored);
}
