namespace MoECompiler.Ops;

public static partial class Kernels
{
    /// <summary>y = x.</summary>
    public static unsafe void Copy<T>(CpuDevice cpu, View<T> x, View<T> y) where T : unmanaged =>
        System.Buffer.MemoryCopy(x.Pointer, y.Pointer, y.Count * sizeof(T), x.Count * sizeof(T));
}
