namespace MoECompiler.Ops;

public static partial class GpuKernels
{
    /// <summary>y = the number.</summary>
    public static void Fill(GpuDevice gpu, View<float> y, float Number) =>
        gpu.Launch(FilledElement, gpu.PerElement(y.Count, bytes: 4 * y.Count), gpu.Array(y), Number);

    private static void FilledElement(ArrayView<float> y, float number)
    {
        long i = GpuIndex.Element;
        if (i < y.Length)
            y[i] = number;
    }
}
