namespace MoECompiler.Training;

/// <summary>
/// The norm of all gradients in two launches: squares are summed chunk by chunk, then chunks. The order is fixed, so the bits are the
/// same each time.
/// </summary>
/// <remarks>
/// Not every device has double precision, and the square of a float may be too large for a float. Large numbers are summed by
/// themselves, shrunk by a power of two. Source: Blue, A Portable Fortran Program to Find the Euclidean Norm of a Vector, ACM TOMS 1978.
/// </remarks>
internal static class GradientKernels
{
    /// <summary>2^30: squares of what is greater are summed shrunk.</summary>
    public const float Large = 1_073_741_824f;

    /// <summary>2^-80, with which the square of the greatest float is 2^96.</summary>
    public const float Shrink = 8.271806125530277e-25f;

    /// <summary>Sums the squares of a chunk: two numbers a chunk.</summary>
    public static void SumSquares(ArrayView<UpdateChunk> chunks, ArrayView<float> gradients, ArrayView<float> sums)
    {
        UpdateChunk chunk = chunks[Grid.IdxX];
        float small = 0;
        float large = 0;
        for (long i = Group.IdxX; i < chunk.Count; i += Group.DimX)
            Add(gradients[chunk.Gradient + i], ref small, ref large);
        Write(sums, small, large);
    }

    /// <summary>Sums the squares of a slice of the gradient of a table that is trained by rows: two numbers a group.</summary>
    public static void SumSquaresOfRows(ArrayView<float> gradients, ArrayView<float> sums)
    {
        float small = 0;
        float large = 0;
        for (long i = Grid.IdxX * (long)Group.DimX + Group.IdxX; i < gradients.Length; i += Grid.DimX * (long)Group.DimX)
            Add(gradients[i], ref small, ref large);
        Write(sums, small, large);
    }

    /// <summary>sum = kept * sum + added * gradient, of a chunk's elements; the last goes to the gradients.</summary>
    public static void Accumulate(ArrayView<UpdateChunk> chunks, ArrayView<float> gradients, ArrayView<float> states, float kept, float added, int isLast)
    {
        UpdateChunk chunk = chunks[Grid.IdxX];
        for (long i = Group.IdxX; i < chunk.Count; i += Group.DimX)
        {
            // What the sum was before its first gradient may be anything.
            float sum = kept == 0 ? 0 : kept * states[chunk.Accumulated + i];
            sum = Intrinsics.FusedMultiplyAdd(added, gradients[chunk.Gradient + i], sum);
            if (isLast != 0)
                gradients[chunk.Gradient + i] = sum;
            else
                states[chunk.Accumulated + i] = sum;
        }
    }

    /// <summary>One group sums the chunks' sums and looks at the metrics.</summary>
    /// <param name="maximumNorm">To which the gradients are scaled down, with the loss's scale; infinity for no bound.</param>
    /// <param name="factor">By which they are multiplied in any case: without the loss's scale they are what they should be.</param>
    public static void Judge(
        ArrayView<float> sums, int chunks, ArrayView<float> metrics, int metricCount, float maximumNorm, float factor, ArrayView<GradientVerdict> verdict)
    {
        float small = 0;
        float large = 0;
        // What rounding took from the sum so far: Kahan's summation, as one thread may add a great many.
        float smallError = 0;
        float largeError = 0;
        for (int i = Group.IdxX; i < chunks; i += Group.DimX)
        {
            float term = sums[2 * (long)i] - smallError;
            float sum = small + term;
            smallError = sum - small - term;
            small = sum;
            term = sums[2 * (long)i + 1] - largeError;
            sum = large + term;
            largeError = sum - large - term;
            large = sum;
        }
        small = RowGroup.Sum(small);
        large = RowGroup.Sum(large);

        float misfits = IsFinite(small) && IsFinite(large) ? 0 : 1;
        for (int i = Group.IdxX; i < metricCount; i += Group.DimX)
            misfits += IsFinite(metrics[i]) ? 0 : 1;
        misfits = RowGroup.Sum(misfits);
        if (Group.IdxX != 0)
            return;

        float bound = large > 0 ? maximumNorm * Shrink : maximumNorm;
        float norm = MathF.Sqrt(large > 0 ? large + small * Shrink * Shrink : small);
        GradientVerdict found = default;
        found.Small = small;
        found.Large = large;
        found.Scale = factor * (norm > bound ? bound / norm : 1);
        found.IsFinite = misfits == 0 ? 1 : 0;
        verdict[0] = found;
    }

    private static void Add(float gradient, ref float small, ref float large)
    {
        if (gradient > Large || gradient < -Large)
            large += gradient * Shrink * (gradient * Shrink);
        else
            small += gradient * gradient;
    }

    private static void Write(ArrayView<float> sums, float small, float large)
    {
        small = RowGroup.Sum(small);
        large = RowGroup.Sum(large);
        if (Group.IdxX != 0)
            return;
        sums[2 * (long)Grid.IdxX] = small;
        sums[2 * (long)Grid.IdxX + 1] = large;
    }

    /// <summary>Whether the exponent is not that of infinity and NaN.</summary>
    private static bool IsFinite(float number) => (Interop.FloatAsInt(number) & 0x7F80_0000u) != 0x7F80_0000u;
}
