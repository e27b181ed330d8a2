namespace MoECompiler.Ops;

public static partial class GpuKernels
{
    /// <summary>y = 0, 1, 2 and so on.</summary>
    public static void Iota(GpuDevice gpu, View<float> y) => gpu.Launch(IotaElement, gpu.PerElement(y.Count, bytes: 4 * y.Count), gpu.Array(y));

    private static void IotaElement(ArrayView<float> y)
    {
        uint i = GpuIndex.ShortElement;
        if (i < y.Length)
            y[(long)i] = (int)i;
    }
}
