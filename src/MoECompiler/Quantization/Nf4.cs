using MoECompiler.Training;

namespace MoECompiler;

/// <summary>
/// NormalFloat of 4 bits: sixteen levels from -1 to 1, each about as likely as the others where numbers are normal and 1 is the greatest
/// magnitude among 64 of them. The constants, those magnitudes, are quantized too: see <see cref="Nf4Layout"/>.
/// </summary>
/// <remarks>
/// Source: Dettmers et al., QLoRA: Efficient Finetuning of Quantized LLMs, NeurIPS 2023; the levels are those of bitsandbytes. On N(0, 1) the
/// relative RMS error is 0.092, of sixteen evenly spaced levels 0.107.
/// </remarks>
internal static class Nf4
{
    /// <summary>The elements of a row that share a constant.</summary>
    public const int Block = 64;

    /// <summary>The constants that share a scale.</summary>
    public const int ConstantBlock = 256;

    /// <summary>The code of 0.</summary>
    public const int ZeroCode = 7;

    private const int Count = 16;

    /// <summary>Where in <see cref="Tables"/> the levels of the constants begin.</summary>
    public const int ConstantTable = Count;

    private static readonly float[] s_levels =
    [
        -1, -0.6961928009986877f, -0.5250730514526367f, -0.39491748809814453f, -0.28444138169288635f, -0.18477343022823334f, -0.09105003625154495f, 0,
        0.07958029955625534f, 0.16093020141124725f, 0.24611230194568634f, 0.33791524171829224f, 0.44070982933044434f, 0.5626170039176941f,
        0.7229568362236023f, 1,
    ];

    private static readonly double[] s_middles = [.. Enumerable.Range(0, Count - 1).Select(static i => ((double)s_levels[i] + s_levels[i + 1]) / 2)];

    /// <summary>The sixteen levels, then the 256 with sign of <see cref="DynamicCodes"/>, which constants are stored by. It stays where it is.</summary>
    public static float[] Tables { get; } = NewTables();

    public static ReadOnlySpan<float> Levels => s_levels;

    /// <summary>The code of the level that is nearest to a number from -1 to 1; between two levels the lower one.</summary>
    public static int Encode(double number)
    {
        int code = 0;
        for (int step = Count / 2; step > 0; step >>= 1)
            code += number > s_middles[code + step - 1] ? step : 0;
        return code;
    }

    /// <summary>The code of a constant's distance from the mean of all, as a share of the greatest distance; no constant is stored as less than 0.</summary>
    public static int EncodeConstant(float constant, float mean, float scale)
    {
        float number = (constant - mean) * DynamicCodes.Inverse(scale);
        ReadOnlySpan<float> middles = DynamicCodes.Tables.AsSpan(DynamicCodes.Levels, DynamicCodes.Levels);
        int code = 0;
        for (int step = DynamicCodes.Levels / 2; step > 0; step >>= 1)
            code += number > middles[code + step - 1] ? step : 0;
        while (DecodeConstant(code, mean, scale) < 0)
            code++;
        return code;
    }

    public static float DecodeConstant(int code, float mean, float scale) => MathF.FusedMultiplyAdd(Tables[ConstantTable + code], scale, mean);

    private static float[] NewTables()
    {
        float[] tables = GC.AllocateArray<float>(Count + DynamicCodes.Levels, pinned: true);
        s_levels.CopyTo(tables, 0);
        DynamicCodes.Tables.AsSpan(0, DynamicCodes.Levels).CopyTo(tables.AsSpan(Count));
        return tables;
    }
}
