namespace MoECompiler.Ops;

public static partial class GpuKernels
{
    /// <summary>y = x.</summary>
    public static void Copy<T>(GpuDevice gpu, View<T> x, View<T> y) where T : unmanaged => gpu.Launch(
        CopiedElement<T>, gpu.PerElement(y.Count, bytes: 8 * y.Count), gpu.Array(x), gpu.Array(y));

    private static void CopiedElement<T>(ArrayView<T> x, ArrayView<T> y) where T : unmanaged
    {
        long i = GpuIndex.Element;
        if (i < y.Length)
            y[i] = x[i];
    }
}
