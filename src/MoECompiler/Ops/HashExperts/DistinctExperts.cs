namespace MoECompiler.Ops;

/// <summary>Different experts for a token, drawn one after the other from those that are left.</summary>
internal static class DistinctExperts
{
    /// <summary>Where the words of a hash come from: a site that is outside of every model.</summary>
    public const uint HashSite = 0xFFFF_FFFC;

    /// <exception cref="ShapeError">More are to be drawn than there are.</exception>
    public static void Check(Size count, Size experts)
    {
        if (count.Constant > experts.Constant)
            throw new ShapeError($"{count} different experts are to be drawn of {experts}");
    }

    /// <exception cref="ArgumentException">More are to be drawn than there are.</exception>
    public static void Check(int count, int experts)
    {
        if (count > experts)
            throw new ArgumentException($"{count} different experts are to be drawn of {experts}.");
    }

    /// <summary>
    /// A number from 0 to below <paramref name="bound"/> from a random word; none is more likely than another by more than bound / 2^32.
    /// </summary>
    public static int Below(uint word, int bound) => (int)(((ulong)word * (uint)bound) >> 32);
}
