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
        // Conditions without branches: some drivers take !(sum < limit) for sum >= limit, which NaN is not.
        bool keepsAll = limit >= 1;
        bool isKept = true;
        float sum = 0;
        for (int slot = 0; slot < slots; slot++)
        {
            bool isLess = sum < limit;
            isKept &= isLess | keepsAll | slot == 0;
            y[row + slot] = isKept ? experts[row + slot] : -1;
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
