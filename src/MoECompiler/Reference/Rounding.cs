namespace MoECompiler.Reference;

/// <summary>What is stored in 16 bits, rounded as a device rounds it: to a float first, as it computes in floats.</summary>
internal static class Rounding
{
    public static double[] To(DType type, double[] numbers) => type switch
    {
        DType.F16 => Array.ConvertAll(numbers, static x => (double)(Half)(float)x),
        DType.BF16 => Array.ConvertAll(numbers, static x => (double)(float)(BFloat16)(float)x),
        _ => numbers,
    };
}
