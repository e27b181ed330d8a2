namespace MoECompiler.Ops;

public static unsafe partial class Kernels
{
    /// <summary>Takes the expert from the slots that a rule does not keep; see <see cref="Ops.KeepSlots"/>.</summary>
    public static void KeepSlots(CpuDevice cpu, View<int> experts, View<float> scores, View<int> y, SlotRule Rule, float Limit) =>
        cpu.RunRows(new KeepSlotsRows(experts.Pointer, scores.Pointer, y.Pointer, y.Columns, Rule, Limit), y.Rows, 3L * y.Columns);

    private readonly struct KeepSlotsRows(int* experts, float* scores, int* y, int slots, SlotRule rule, float limit) : IRowKernel
    {
        public void Run<V>(int first, int end) where V : unmanaged, ILanes<V>
        {
            for (long row = (long)first * slots; row < (long)end * slots; row += slots)
            {
                bool isEnough = false;
                float sum = 0;
                for (int slot = 0; slot < slots; slot++)
                {
                    isEnough |= slot > 0 && limit < 1 && !(sum < limit);
                    bool isKept = slot == 0 || (rule == SlotRule.Share ? !isEnough : scores[row + slot] > limit);
                    y[row + slot] = isKept ? experts[row + slot] : -1;
                    sum += scores[row + slot];
                }
            }
        }
    }
}
