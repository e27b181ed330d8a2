namespace MoECompiler.Ops;

public static unsafe partial class Kernels
{
    /// <summary>Puts pairs in order of expert, tokens of greater priority first; see <see cref="Ops.PriorityDispatch"/>.</summary>
    /// <exception cref="ArgumentException">There is no such expert.</exception>
    public static void PriorityDispatch(
        CpuDevice cpu, View<int> experts, View<float> priority, View<int> order, View<int> offsets, View<int> position, int Capacity)
    {
        int count = offsets.Extents[0] - 1;
        IndexCheck.AllWithinOrNone("expert", experts, count);
        PriorityDispatchJob job = new(
            experts.Pointer, priority.Pointer, order.Pointer, offsets.Pointer, position.Pointer, experts.Rows, experts.Columns, count, Capacity);
        cpu.Team.Run(ref job, 1);
    }

    /// <summary>A counting sort of the pairs, as they come slot by slot in order of priority.</summary>
    private readonly struct PriorityDispatchJob(
        int* expert, float* priority, int* row, int* start, int* place, int tokens, int slots, int count, int capacity) : IJob
    {
        public void Run(int task, int thread)
        {
            Span<ulong> keys = new(ThreadTeam.Scratch(2L * tokens), tokens);
            for (int token = 0; token < tokens; token++)
                keys[token] = ((ulong)~KeyOf(priority[token]) << 32) | (uint)token;
            keys.Sort();
            new Span<int>(start, count + 1).Clear();

            // How many rows each expert takes, at start[expert + 1].
            for (int slot = 0; slot < slots; slot++)
            {
                foreach (ulong key in keys)
                {
                    int pair = (int)(uint)key * slots + slot;
                    bool isTaken = expert[pair] >= 0 && start[expert[pair] + 1] < capacity;
                    place[pair] = isTaken ? 0 : -1;
                    if (isTaken)
                        start[expert[pair] + 1]++;
                }
            }
            for (int e = 0; e < count; e++)
                start[e + 1] += start[e];

            // start[expert] runs from where its rows begin to where they end, which is where the next begin.
            for (int slot = 0; slot < slots; slot++)
            {
                foreach (ulong key in keys)
                {
                    int pair = (int)(uint)key * slots + slot;
                    if (place[pair] < 0)
                        continue;
                    place[pair] = start[expert[pair]]++;
                    row[place[pair]] = pair;
                }
            }
            new Span<int>(row + start[count], tokens * slots - start[count]).Fill(-1);
            for (int e = count; e > 0; e--)
                start[e] = start[e - 1];
            start[0] = 0;
        }
    }
}
