namespace MoECompiler.Training;

/// <summary>Sets the elements of a parameter to 0 that are pruned.</summary>
internal static class ClearKernels
{
    /// <summary>One launch; nothing waits for it.</summary>
    public static void Clear(GpuDevice gpu, FloatView values, View<byte> where)
    {
        Work work = gpu.PerElement(values.Count, bytes: (1 + 2 * values.Type.Bytes()) * values.Count);
        if (values.Type == ElementType.Float16)
            gpu.Launch(ClearNarrowElement, work, gpu.Bits(values.As<Half>()), gpu.Array(where));
        else if (values.Type == ElementType.BFloat16)
            gpu.Launch(ClearNarrowElement, work, gpu.Bits(values.As<BFloat16>()), gpu.Array(where));
        else
            gpu.Launch(ClearElement, work, gpu.Array(values.As<float>()), gpu.Array(where));
    }

    private static void ClearElement(ArrayView<float> values, ArrayView<byte> where)
    {
        uint i = GpuIndex.ShortElement;
        if (i < values.Length && where[(long)i] != 0)
            values[(long)i] = 0;
    }

    private static void ClearNarrowElement(ArrayView<ushort> values, ArrayView<byte> where)
    {
        uint i = GpuIndex.ShortElement;
        if (i < values.Length && where[(long)i] != 0)
            values[(long)i] = 0;
    }
}
