namespace MoECompiler.Ops;

public static partial class GpuKernels
{
    /// <summary>Pairs of columns of each head turned by the angles of their place; see <see cref="Ops.Rotary"/>.</summary>
    public static void Rotary(GpuDevice gpu, View<float> x, View<float> table, View<float> y, int Heads, RotaryPairs Pairs, bool IsBack) => gpu.Launch(
        RotaryElement, gpu.PerElement(x.Count, flops: 3 * x.Count, bytes: 4 * (2 * x.Count + table.Count)),
        gpu.Array(x), gpu.Array(table), gpu.Array(y), (uint)x.Extents[1], (uint)x.Columns, (uint)(x.Columns / Heads), table.Columns / 2,
        Pairs == RotaryPairs.Halves ? 1 : 0, IsBack ? -1f : 1f);

    /// <summary>The cosines and the sines of the angles of each place; see <see cref="Ops.RotaryTable"/>.</summary>
    /// <remarks>
    /// Angles are counted in turns, as fractions of 64 bits: what goes round many times is exact then, without numbers of double precision.
    /// </remarks>
    public static void RotaryTable(GpuDevice gpu, View<float> table, float Base)
    {
        int half = table.Columns / 2;
        double ratio = Math.Pow(Base, -1.0 / Math.Max(half, 1));
        gpu.Launch(
            RotaryAngle, gpu.PerElement((long)table.Rows * half, flops: 40 * table.Count, bytes: 4 * table.Count), gpu.Array(table), half,
            Fraction(1 / (2 * Math.PI)), Fraction(ratio));

        static ulong Fraction(double share) => share >= 1 ? ulong.MaxValue : (ulong)Math.ScaleB(share, 64);
    }

    private static void RotaryElement(
        ArrayView<float> x, ArrayView<float> table, ArrayView<float> y, uint places, uint columns, uint size, int half, int areHalves, float sign)
    {
        uint element = GpuIndex.ShortElement;
        if (element >= x.Length)
            return;
        uint row = element / columns;
        uint column = element - row * columns;
        int i = (int)(column - column / size * size);
        if (i >= 2 * half)
        {
            y[(long)element] = x[(long)element];
            return;
        }
        bool isFirst = areHalves != 0 ? i < half : (i & 1) == 0;
        int pair = areHalves == 0 ? i >> 1 : isFirst ? i : i - half;
        int step = areHalves != 0 ? half : 1;
        long angle = (long)(row - row / places * places) * 2 * half + pair;
        float other = x[isFirst ? (long)element + step : (long)element - step];
        float sine = (isFirst ? -sign : sign) * table[angle + half];
        y[(long)element] = Intrinsics.FusedMultiplyAdd(x[(long)element], table[angle], other * sine);
    }

    private static void RotaryAngle(ArrayView<float> table, int half, ulong turn, ulong ratio)
    {
        uint element = GpuIndex.ShortElement;
        uint place = element / (uint)half;
        int i = (int)(element - place * (uint)half);
        long at = (long)place * 2 * half;
        if (at >= table.Length)
            return;
        ulong share = turn;
        for (int rest = i; rest > 0; rest >>= 1)
        {
            if ((rest & 1) != 0)
                share = UpperProduct(share, ratio);
            ratio = UpperProduct(ratio, ratio);
        }
        share *= place;
        // Signed, as a number without a sign becomes a float by way of double precision.
        Distributions.CosineAndSine(new ScalarLane((int)(share >> 40) * (1f / 16_777_216)), out ScalarLane cosine, out ScalarLane sine);
        table[at + i] = cosine.Value;
        table[at + half + i] = sine.Value;
    }

    /// <summary>The upper 64 bits of a product.</summary>
    private static ulong UpperProduct(ulong x, ulong y)
    {
        ulong xLow = x & 0xFFFF_FFFF, xHigh = x >> 32, yLow = y & 0xFFFF_FFFF, yHigh = y >> 32;
        ulong middle = xHigh * yLow + (xLow * yLow >> 32);
        ulong carried = xLow * yHigh + (middle & 0xFFFF_FFFF);
        return xHigh * yHigh + (middle >> 32) + (carried >> 32);
    }
}
