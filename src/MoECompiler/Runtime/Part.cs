using System.Runtime.CompilerServices;

namespace MoECompiler;

/// <summary>Ends of rows that do not fill the sixteen lanes: they are padded, so that they take the same path as the rest.</summary>
internal static unsafe class Part
{
    /// <summary>The first <paramref name="count"/> lanes from memory, the others <paramref name="fill"/>.</summary>
    [SkipLocalsInit]
    public static V Load<V>(float* source, int count, float fill) where V : unmanaged, ILanes<V>
    {
        float* lanes = stackalloc float[SixteenLanes.Count];
        V.Of(fill).Store(lanes);
        for (int i = 0; i < count; i++)
            lanes[i] = source[i];
        return V.Load(lanes);
    }

    /// <summary>Writes the first <paramref name="count"/> lanes.</summary>
    [SkipLocalsInit]
    public static void Store<V>(V value, float* destination, int count) where V : unmanaged, ILanes<V>
    {
        float* lanes = stackalloc float[SixteenLanes.Count];
        value.Store(lanes);
        for (int i = 0; i < count; i++)
            destination[i] = lanes[i];
    }
}
