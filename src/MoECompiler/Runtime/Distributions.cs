using System.Runtime.Intrinsics;

namespace MoECompiler;

/// <summary>Random numbers of a distribution, made of the words of <see cref="Philox"/>: the same bits on every machine.</summary>
/// <remarks>
/// Element i is made of word i. Normal numbers are made in pairs, elements 2i and 2i + 1 of words 2i and 2i + 1.
/// </remarks>
public static unsafe partial class Distributions
{
    /// <summary>Elements that are made at a time; a multiple of the lanes and of Philox's four words.</summary>
    internal const int Chunk = 256;

    /// <summary>A multiple of 2^-24 from 0 to below 1: the upper 24 bits.</summary>
    /// <remarks>As a signed number: from an unsigned one the way leads through a double, which not every GPU has.</remarks>
    public static float Uniform(uint word) => (int)(word >> 8) * (1f / (1 << 24));

    /// <summary>An odd multiple of 2^-24 between 0 and 1, neither of them included: the upper 23 bits.</summary>
    public static float OpenUniform(uint word) => ((int)(word >> 9) + 0.5f) * (1f / (1 << 23));

    /// <summary>Fills with U[0, 1).</summary>
    public static void FillUniform(RandomState random, int site, Span<float> destination) => Fill(NoiseKind.Uniform, random, site, destination);

    /// <summary>Fills with N(0, 1). Source: Box and Muller, A Note on the Generation of Random Normal Deviates, 1958.</summary>
    public static void FillNormal(RandomState random, int site, Span<float> destination) => Fill(NoiseKind.Normal, random, site, destination);

    /// <summary>Fills with Gumbel(0, 1): -log(-log(U)).</summary>
    public static void FillGumbel(RandomState random, int site, Span<float> destination) => Fill(NoiseKind.Gumbel, random, site, destination);

    /// <summary>Fills with the elements from <paramref name="start"/> on, a multiple of <see cref="Chunk"/>.</summary>
    internal static void Fill(NoiseKind kind, RandomState random, int site, Span<float> destination, long start = 0)
    {
        fixed (float* address = destination)
        {
            for (int first = 0; first < destination.Length; first += Chunk)
                FillChunk<Lanes4>(kind, random, site, start + first, address + first, Math.Min(Chunk, destination.Length - first));
        }
    }

    /// <summary>Up to <see cref="Chunk"/> elements from element <paramref name="first"/>, an even one.</summary>
    internal static void FillChunk<V>(NoiseKind kind, RandomState random, int site, long first, float* destination, int count)
        where V : unmanaged, ILanes<V>
    {
        uint* words = stackalloc uint[Chunk];
        Philox.Fill(random, site, first, words, (count + 1) & ~1);
        float* numbers = (float*)words;
        if (kind == NoiseKind.Normal)
            ToNormal<V>(words, numbers);
        else if (kind == NoiseKind.Gumbel)
            ToGumbel<V>(words, numbers);
        else
            ToUniform(words, numbers);
        new ReadOnlySpan<float>(numbers, count).CopyTo(new Span<float>(destination, count));
    }

    /// <summary>The words of a whole chunk, in place, as <see cref="Uniform"/> does each.</summary>
    internal static void ToUniform(uint* words, float* numbers)
    {
        Vector256<float> scale = Vector256.Create(1f / (1 << 24));
        for (int i = 0; i < Chunk; i += Vector256<uint>.Count)
            (Vector256.ConvertToSingle((Vector256.Load(words + i) >> 8).AsInt32()) * scale).Store(numbers + i);
    }

    private static void ToGumbel<V>(uint* words, float* numbers) where V : unmanaged, ILanes<V>
    {
        for (int i = 0; i < Chunk; i++)
            numbers[i] = OpenUniform(words[i]);
        for (int i = 0; i < Chunk; i += V.Count)
            (-Lane.Log(V.Load(numbers + i))).Store(numbers + i);
        for (int i = 0; i < Chunk; i += V.Count)
            (-Lane.Log(V.Load(numbers + i))).Store(numbers + i);
    }

    private static void ToNormal<V>(uint* words, float* numbers) where V : unmanaged, ILanes<V>
    {
        float* radii = stackalloc float[Chunk / 2];
        float* turns = stackalloc float[Chunk / 2];
        for (int i = 0; i < Chunk / 2; i++)
        {
            radii[i] = OpenUniform(words[2 * i]);
            turns[i] = Uniform(words[2 * i + 1]);
        }
        for (int i = 0; i < Chunk / 2; i += V.Count)
            V.Sqrt(V.Of(-2f) * Lane.Log(V.Load(radii + i))).Store(radii + i);
        for (int i = 0; i < Chunk / 2; i += V.Count)
        {
            CosineAndSine(V.Load(turns + i), out V cosine, out V sine);
            V radius = V.Load(radii + i);
            (radius * cosine).Store(radii + i);
            (radius * sine).Store(turns + i);
        }
        for (int i = 0; i < Chunk / 2; i++)
        {
            numbers[2 * i] = radii[i];
            numbers[2 * i + 1] = turns[i];
        }
    }
}
