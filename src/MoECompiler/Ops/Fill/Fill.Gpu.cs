namespace MoECompiler.Ops;

public static partial class GpuKernels
{
    /// <summary>Writes <paramref name="Number"/> to each element of <paramref name="y"/>.</summary>
    public static void Fill(GpuDevice gpu, View<float> y, float Number) =>
        gpu.Launch(FillElement, gpu.PerElement(y.Count, bytes: 4 * y.Count), gpu.Array(y), Number);

    private static void FillElement(ArrayView<float> y, float number)
    {
        uint i = GpuIndex.ShortElement;
        if (i < y.Length)
            y[(long)i] = number;
    }
}
