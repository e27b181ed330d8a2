using System.Runtime.CompilerServices;

namespace MoECompiler.Training;

/// <summary>
/// The 256 levels of dynamic quantization from -1 or 0 to 1: seven decades, each with twice as many levels, evenly spaced, as the one below it.
/// </summary>
/// <remarks>
/// Signed: 0, 1 and plus and minus 10^(i - 6) (0.1 + 0.9 (j + 1/2) / 2^i) for i from 0 to 6 and j below 2^i. Without sign there are 2^(i + 1) of
/// each i. Source: Dettmers, 8-Bit Approximations for Parallelism in Deep Learning, ICLR 2016, as in bitsandbytes.
/// </remarks>
internal static class DynamicCodes
{
    public const int Levels = 256;

    /// <summary>The elements that share a scale, the greatest magnitude among them.</summary>
    public const int Block = 256;

    /// <summary>The fewest elements of a parameter whose state is stored in 8 bits.</summary>
    public const int MinimumCount = 4_096;

    /// <summary>2^-126: a block with nothing as great is one of zeroes.</summary>
    private const float LeastNormal = 1.17549435e-38f;

    private const int Decades = 7;

    /// <summary>Where in <see cref="Tables"/> the levels without sign begin, for roots.</summary>
    public const int SquareTables = 2 * Levels;

    /// <summary>The levels with sign, the 255 middles between them and a number more, then the same without sign. It stays where it is.</summary>
    public static float[] Tables { get; } = NewTables();

    /// <summary>What numbers are multiplied by before they are encoded.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Inverse(float scale) => scale > LeastNormal ? 1 / scale : 0;

    private static float[] NewTables()
    {
        float[] tables = GC.AllocateArray<float>(4 * Levels, pinned: true);
        Fill(tables.AsSpan(0, Levels), tables.AsSpan(Levels, Levels), isSigned: true);
        Fill(tables.AsSpan(SquareTables, Levels), tables.AsSpan(SquareTables + Levels, Levels), isSigned: false);
        return tables;
    }

    private static void Fill(Span<float> levels, Span<float> middles, bool isSigned)
    {
        List<double> all = [0, 1];
        for (int decade = 0; decade < Decades; decade++)
        {
            int count = 1 << (isSigned ? decade : decade + 1);
            for (int j = 0; j < count; j++)
            {
                double level = Math.Pow(10, decade - Decades + 1) * (0.1 + 0.9 * (j + 0.5) / count);
                all.Add(level);
                if (isSigned)
                    all.Add(-level);
            }
        }
        all.Sort();
        for (int i = 0; i < Levels; i++)
            levels[i] = (float)all[i];
        for (int i = 0; i + 1 < Levels; i++)
            middles[i] = (float)((all[i] + all[i + 1]) / 2);
    }
}
