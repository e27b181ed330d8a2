namespace MoECompiler.Ops;

public static partial class GpuKernels
{
    /// <inheritdoc cref="Kernels.HashExperts"/>
    public static void HashExperts(GpuDevice gpu, View<int> ids, View<int> y, int Experts, ulong Seed)
    {
        DistinctExperts.Check(y.Columns, Experts);
        gpu.Launch(
            ExpertsOfId, gpu.PerElement(y.Rows, bytes: 4 * (ids.Count + y.Count)),
            gpu.Array(ids), gpu.Array(y), y.Columns, Experts, (uint)Seed, (uint)(Seed >> 32));
    }

    /// <inheritdoc cref="Kernels.RandomExperts"/>
    public static void RandomExperts(GpuDevice gpu, View<float> x, View<int> y, RandomState random, int Experts, int Site)
    {
        DistinctExperts.Check(y.Columns, Experts);
        gpu.Launch(ExpertsAtRandom, gpu.PerElement(y.Rows, bytes: 4 * y.Count), gpu.Array(y), y.Columns, Experts, new GpuPhilox(random, Site));
    }

    private static void ExpertsOfId(ArrayView<int> ids, ArrayView<int> y, int count, int experts, uint seed, uint seedHigh)
    {
        uint token = GpuIndex.ShortElement;
        if (token >= ids.Length)
            return;
        uint id = (uint)ids[(long)token];
        for (int slot = 0; slot < count; slot++)
        {
            (uint a, uint b, uint c, uint d) = Philox.Block((uint)slot >> 2, id, DistinctExperts.HashSite, 0, (ulong)seedHigh << 32 | seed);
            DrawExpert(y, (long)token * count, slot, experts, WordOf(slot & 3, a, b, c, d));
        }
    }

    private static void ExpertsAtRandom(ArrayView<int> y, int count, int experts, GpuPhilox random)
    {
        long first = GpuIndex.Element * count;
        if (first >= y.Length)
            return;
        for (int slot = 0; slot < count; slot++)
        {
            (uint a, uint b, uint c, uint d) = random.Words((uint)((first + slot) >> 2));
            DrawExpert(y, first, slot, experts, WordOf((int)(first + slot) & 3, a, b, c, d));
        }
    }

    private static uint WordOf(int index, uint a, uint b, uint c, uint d) => index == 0 ? a : index == 1 ? b : index == 2 ? c : d;

    /// <summary>Draws from the experts that the slots before this one have not; see the processor's NotYetDrawn.</summary>
    private static void DrawExpert(ArrayView<int> y, long first, int slot, int experts, uint word)
    {
        int number = DistinctExperts.Below(word, experts - slot);
        int expert = number;
        // Each step but the last passes one more that was drawn, so there are no more of them.
        for (int step = 0; step < slot; step++)
        {
            int passed = 0;
            for (int i = 0; i < slot; i++)
                passed += y[first + i] <= expert ? 1 : 0;
            expert = number + passed;
        }
        y[first + slot] = expert;
    }
}
