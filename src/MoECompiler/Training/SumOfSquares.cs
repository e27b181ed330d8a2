using System.Runtime.Intrinsics;

namespace MoECompiler.Training;

/// <summary>The sum of the squares of floats, in double: the same bits on every machine.</summary>
internal static class SumOfSquares
{
    public static double Of(ReadOnlySpan<float> gradient)
    {
        // The square of a float is exact in double, and eight sums side by side are eight sums on every machine.
        Vector512<double> sums = Vector512<double>.Zero;
        int i = 0;
        for (; i + Vector256<float>.Count <= gradient.Length; i += Vector256<float>.Count)
        {
            Vector256<float> floats = Vector256.LoadUnsafe(in gradient[i]);
            Vector512<double> wide = Vector512.Create(Vector256.WidenLower(floats), Vector256.WidenUpper(floats));
            sums += wide * wide;
        }
        double sum = 0;
        for (int lane = 0; lane < Vector512<double>.Count; lane++)
            sum += sums[lane];
        for (; i < gradient.Length; i++)
            sum += (double)gradient[i] * gradient[i];
        return sum;
    }
}
