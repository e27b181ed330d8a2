namespace MoECompiler.Ops;

public static partial class GpuKernels
{
    /// <inheritdoc cref="Kernels.CyclicExperts"/>
    public static void CyclicExperts(GpuDevice gpu, View<float> x, View<int> y, int Experts)
    {
        DistinctExperts.Check(y.Columns, Experts);
        gpu.Launch(ExpertInTurn, gpu.PerElement(y.Count, bytes: 4 * y.Count), gpu.Array(y), (uint)Experts);
    }

    private static void ExpertInTurn(ArrayView<int> y, uint experts)
    {
        uint i = GpuIndex.ShortElement;
        if (i < y.Length)
            y[(long)i] = (int)(i % experts);
    }
}
