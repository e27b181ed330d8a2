namespace MoECompiler.Ops;

public static partial class GpuKernels
{
    /// <summary>y = x, rounded to nearest, ties to even.</summary>
    public static void Convert(GpuDevice gpu, View<float> x, View<Half> y) => Round<F16>(gpu, gpu.Array(x), gpu.Bits(y), Fit(x.Count, x.Offset, y.Offset));

    /// <inheritdoc cref="Convert(GpuDevice, View{float}, View{Half})"/>
    public static void Convert(GpuDevice gpu, View<float> x, View<BFloat16> y) => Round<BF16>(gpu, gpu.Array(x), gpu.Bits(y), Fit(x.Count, x.Offset, y.Offset));

    /// <summary>y = x.</summary>
    public static void Convert(GpuDevice gpu, View<Half> x, View<float> y) => Widen<F16>(gpu, gpu.Bits(x), gpu.Array(y), Fit(y.Count, y.Offset, x.Offset));

    /// <inheritdoc cref="Convert(GpuDevice, View{Half}, View{float})"/>
    public static void Convert(GpuDevice gpu, View<BFloat16> x, View<float> y) => Widen<BF16>(gpu, gpu.Bits(x), gpu.Array(y), Fit(y.Count, y.Offset, x.Offset));

    /// <summary>y = x, matrices in 4 bits.</summary>
    public static void Convert(GpuDevice gpu, Nf4View x, View<float> y)
    {
        int rows = x.Extents[x.Extents.Rank - 2];
        gpu.Launch(DecodeElement, gpu.PerElement(y.Count, flops: y.Count, bytes: x.Bytes + 4 * y.Count), gpu.Words(x), gpu.Nf4Tables, gpu.Array(y), rows, y.Columns);
    }

    private static void DecodeElement(ArrayView<int> x, ArrayView<float> tables, ArrayView<float> y, int rows, int columns)
    {
        uint i = GpuIndex.ShortElement;
        if (i >= y.Length)
            return;
        int row = (int)(i / (uint)columns);
        y[(long)i] = new Nf4Lines(x, tables, rows, columns, row / rows).At(row % rows, (int)(i % (uint)columns));
    }

    /// <summary>Whether elements can be moved by fours: sixteen bytes of floats, and eight of what is stored.</summary>
    private static bool Fit(long count, long wide, long narrow) => count % 4 == 0 && wide % 16 == 0 && narrow % 8 == 0;

    private static void Round<T>(GpuDevice gpu, ArrayView<float> x, ArrayView<ushort> y, bool byFours) where T : struct, INarrowFloat
    {
        if (byFours)
            gpu.Launch(RoundFour<T>, gpu.PerElement(y.Length / 4, flops: y.Length, bytes: 6 * y.Length), x.Cast<Float4>(), y.Cast<UInt2>());
        else
            gpu.Launch(RoundElement<T>, gpu.PerElement(y.Length, flops: y.Length, bytes: 6 * y.Length), x, y);
    }

    private static void Widen<T>(GpuDevice gpu, ArrayView<ushort> x, ArrayView<float> y, bool byFours) where T : struct, INarrowFloat
    {
        if (byFours)
            gpu.Launch(WidenFour<T>, gpu.PerElement(y.Length / 4, flops: y.Length, bytes: 6 * y.Length), x.Cast<UInt2>(), y.Cast<Float4>());
        else
            gpu.Launch(WidenElement<T>, gpu.PerElement(y.Length, flops: y.Length, bytes: 6 * y.Length), x, y);
    }

    private static void RoundFour<T>(ArrayView<Float4> x, ArrayView<UInt2> y) where T : struct, INarrowFloat
    {
        uint i = GpuIndex.ShortElement;
        if (i < y.Length)
            y[(long)i] = Float4.Words<T>(x[(long)i]);
    }

    private static void WidenFour<T>(ArrayView<UInt2> x, ArrayView<Float4> y) where T : struct, INarrowFloat
    {
        uint i = GpuIndex.ShortElement;
        if (i < y.Length)
            y[(long)i] = Float4.Of<T>(x[(long)i].X, x[(long)i].Y);
    }

    private static void RoundElement<T>(ArrayView<float> x, ArrayView<ushort> y) where T : struct, INarrowFloat
    {
        uint i = GpuIndex.ShortElement;
        if (i < y.Length)
            y[(long)i] = (ushort)T.Narrow(x[(long)i]);
    }

    private static void WidenElement<T>(ArrayView<ushort> x, ArrayView<float> y) where T : struct, INarrowFloat
    {
        uint i = GpuIndex.ShortElement;
        if (i < y.Length)
            y[(long)i] = T.Widen(x[(long)i]);
    }
}
