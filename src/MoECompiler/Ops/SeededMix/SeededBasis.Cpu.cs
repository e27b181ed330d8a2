using System.Runtime.Intrinsics;

namespace MoECompiler.Ops;

/// <summary>Where the random numbers of a seeded basis come from: uniform in [-1, 1), multiples of 2^-23.</summary>
internal static class SeededBasis
{
    /// <summary>The number of what stands beside the basis: the offset.</summary>
    public const long Offset = uint.MaxValue;

    /// <summary>Elements that are drawn at a time; a multiple of sixteen lanes and of Philox's four words.</summary>
    public const int Chunk = 256;

    /// <summary>Element <paramref name="element"/> of matrix <paramref name="number"/> of a basis.</summary>
    public static float Element(ulong seed, int matrix, int group, long number, long element) =>
        Number(Philox.Word(new RandomState(seed, number, group), matrix, element));

    /// <summary>The upper 24 bits as a number in [-1, 1); exact.</summary>
    public static float Number(uint word) => 2 * Distributions.Uniform(word) - 1;

    /// <summary>A chunk of elements from <paramref name="first"/> on: sixteen together, each sixteen <paramref name="stride"/> after the last.</summary>
    public static unsafe void Draw(RandomState random, int matrix, int first, float* elements, int stride)
    {
        uint* words = stackalloc uint[Chunk];
        Philox.Fill(random, matrix, first, words, Chunk);
        Vector256<float> scale = Vector256.Create(1f / (1 << 23)), one = Vector256.Create(1f);
        for (int i = 0; i < Chunk; i += SixteenLanes.Count, elements += stride)
        {
            // Exact, as Number is: no order of the steps rounds.
            (Vector256.ConvertToSingle((Vector256.Load(words + i) >> 8).AsInt32()) * scale - one).Store(elements);
            (Vector256.ConvertToSingle((Vector256.Load(words + i + 8) >> 8).AsInt32()) * scale - one).Store(elements + 8);
        }
    }
}
