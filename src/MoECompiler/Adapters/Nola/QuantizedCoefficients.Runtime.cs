namespace MoECompiler;

/// <summary>
/// Coefficients in a few bits with a scale a matrix: code q stands for q * scale, with q from -m to m and m = 2^(bits - 1) - 1. Codes follow each
/// other without gaps, as q + m, the lowest bit first.
/// </summary>
internal static class QuantizedCoefficients
{
    /// <summary>The codes of some matrices, each of so many coefficients, and their scales.</summary>
    public static (byte[] Codes, float[] Scales) Of(ReadOnlySpan<float> coefficients, int count, int bits)
    {
        int most = Most(bits);
        byte[] codes = new byte[Bytes(coefficients.Length, bits)];
        float[] scales = new float[coefficients.Length / count];
        for (int i = 0; i < coefficients.Length; i++)
        {
            if (i % count == 0)
                scales[i / count] = Largest(coefficients.Slice(i, count)) / most;
            float scale = scales[i / count];
            int code = scale == 0 ? 0 : (int)Math.Clamp(MathF.Round(coefficients[i] / scale), -most, most);
            Put(codes, (long)i * bits, bits, (uint)(code + most));
        }
        return (codes, scales);
    }

    /// <summary>What the codes stand for.</summary>
    public static float[] Restore(ReadOnlySpan<int> codes, ReadOnlySpan<float> scales, int count, int bits)
    {
        float[] coefficients = new float[scales.Length * count];
        for (int i = 0; i < coefficients.Length; i++)
            coefficients[i] = (int)(Get(codes, (long)i * bits, bits) - (uint)Most(bits)) * scales[i / count];
        return coefficients;
    }

    /// <summary>The bytes that so many codes fill.</summary>
    public static int Bytes(int count, int bits) => checked((int)(((long)count * bits + 7) / 8));

    private static int Most(int bits) => (1 << (bits - 1)) - 1;

    private static float Largest(ReadOnlySpan<float> coefficients)
    {
        float largest = 0;
        foreach (float coefficient in coefficients)
            largest = Math.Max(largest, MathF.Abs(coefficient));
        return float.IsFinite(largest) ? largest : throw new InvalidOperationException("A coefficient is not finite: it has no code.");
    }

    private static void Put(byte[] codes, long at, int bits, uint code)
    {
        for (int bit = 0; bit < bits; bit++)
            codes[(at + bit) / 8] |= (byte)((code >> bit & 1) << (int)((at + bit) % 8));
    }

    private static uint Get(ReadOnlySpan<int> codes, long at, int bits)
    {
        uint code = 0;
        for (int bit = 0; bit < bits; bit++)
            code |= ((uint)codes[(int)((at + bit) / 8)] >> (int)((at + bit) % 8) & 1) << bit;
        return code;
    }
}
