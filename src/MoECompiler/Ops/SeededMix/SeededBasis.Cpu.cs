namespace MoECompiler.Ops;

/// <summary>Where the random numbers of a seeded basis come from: uniform in [-1, 1), multiples of 2^-23.</summary>
internal static class SeededBasis
{
    /// <summary>The number of what stands beside the basis: the offset.</summary>
    public const long Offset = uint.MaxValue;

    /// <summary>Element <paramref name="element"/> of matrix <paramref name="number"/> of a basis.</summary>
    public static float Element(ulong seed, int matrix, int group, long number, long element) =>
        Number(Philox.Word(new RandomState(seed, number, group), matrix, element));

    /// <summary>The upper 24 bits as a number in [-1, 1); exact.</summary>
    public static float Number(uint word) => 2 * Distributions.Uniform(word) - 1;
}
