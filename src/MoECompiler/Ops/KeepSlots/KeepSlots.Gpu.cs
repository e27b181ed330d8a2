namespace MoECompiler.Ops;

public static partial class GpuKernels
{
    /// <summary>Takes the expert from the slots that a rule does not keep; see <see cref="Ops.KeepSlots"/>.</summary>
    public static void KeepSlots(GpuDevice gpu, View<int> experts, View<float> scores, View<int> y, SlotRule Rule, float Limit)
    {
        Work work = gpu.PerElement(y.Rows, flops: y.Count, bytes: 12 * y.Count);
        if (Rule == SlotRule.Share)
            gpu.Launch(KeepShareOfRow, work, gpu.Array(experts), gpu.Array(scores), gpu.Array(y), y.Columns, Limit);
        else
            gpu.Launch(KeepThoseAbove, work, gpu.Array(experts), gpu.Array(scores), gpu.Array(y), y.Columns, Limit);
    }

    private static void KeepShareOfRow(ArrayView<int> experts, ArrayView<float> scores, ArrayView<int> y, int slots, float limit)
    {
        long row = GpuIndex.Element * slots;
        if (row >= y.Length)
            return;
        int isEnough = 0;
        float sum = 0;
        for (int slot = 0; slot < slots; slot++)
        {
            if (slot > 0 && limit < 1 && !(sum < limit))
                isEnough = 1;
            y[row + slot] = isEnough == 0 ? experts[row + slot] : -1;
            sum += scores[row + slot];
        }
    }

    private static void KeepThoseAbove(ArrayView<int> experts, ArrayView<float> scores, ArrayView<int> y, int slots, float limit)
    {
        long row = GpuIndex.Element * slots;
        if (row >= y.Length)
            return;
        for (int slot = 0; slot < slots; slot++)
            y[row + slot] = slot == 0 || scores[row + slot] > limit ? experts[row + slot] : -1;
    }
}
