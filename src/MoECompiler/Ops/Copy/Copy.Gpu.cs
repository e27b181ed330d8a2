namespace MoECompiler.Ops;

public static partial class GpuKernels
{
    /// <summary>y = x.</summary>
    public static unsafe void Copy<T>(GpuDevice gpu, View<T> x, View<T> y) where T : unmanaged
    {
        long bytes = y.Count * sizeof(T);
        if (x.Offset % Single4.Bytes == 0 && y.Offset % Single4.Bytes == 0 && bytes % Single4.Bytes == 0)
            gpu.Launch(CopyElement, gpu.PerElement(bytes / Single4.Bytes, bytes: 2 * bytes), gpu.Array(x).Cast<Single4>(), gpu.Array(y).Cast<Single4>());
        else
            gpu.Launch(CopyElement, gpu.PerElement(y.Count, bytes: 2 * bytes), gpu.Array(x), gpu.Array(y));
    }

    private static void CopyElement<T>(ArrayView<T> x, ArrayView<T> y) where T : unmanaged
    {
        uint i = GpuIndex.ShortElement;
        if (i < y.Length)
            y[(long)i] = x[(long)i];
    }
}
