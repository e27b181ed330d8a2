namespace MoECompiler.Ops;

public static partial class GpuKernels
{
    /// <summary>y = x, rounded to nearest, ties to even.</summary>
    public static void Convert(GpuDevice gpu, View<float> x, View<Half> y) => Round<F16>(gpu, gpu.Array(x), gpu.Bits(y));

    /// <inheritdoc cref="Convert(GpuDevice, View{float}, View{Half})"/>
    public static void Convert(GpuDevice gpu, View<float> x, View<BFloat16> y) => Round<BF16>(gpu, gpu.Array(x), gpu.Bits(y));

    /// <summary>y = x.</summary>
    public static void Convert(GpuDevice gpu, View<Half> x, View<float> y) => Widen<F16>(gpu, gpu.Bits(x), gpu.Array(y));

    /// <inheritdoc cref="Convert(GpuDevice, View{Half}, View{float})"/>
    public static void Convert(GpuDevice gpu, View<BFloat16> x, View<float> y) => Widen<BF16>(gpu, gpu.Bits(x), gpu.Array(y));

    private static void Round<T>(GpuDevice gpu, ArrayView<float> x, ArrayView<ushort> y) where T : struct, INarrowFloat =>
        gpu.Launch(RoundElement<T>, gpu.PerElement(y.Length, flops: y.Length, bytes: 6 * y.Length), x, y);

    private static void Widen<T>(GpuDevice gpu, ArrayView<ushort> x, ArrayView<float> y) where T : struct, INarrowFloat =>
        gpu.Launch(WidenElement<T>, gpu.PerElement(y.Length, flops: y.Length, bytes: 6 * y.Length), x, y);

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
