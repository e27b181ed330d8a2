using System.Runtime.Intrinsics;

namespace MoECompiler;

/// <summary>A kernel on rows, or on other pieces, that it treats alike and apart. It always runs on lanes of sixteen floats.</summary>
internal interface IRowKernel
{
    /// <summary>Does rows <paramref name="first"/> to below <paramref name="end"/>.</summary>
    void Run<V>(int first, int end) where V : unmanaged, ILanes<V>;
}

/// <summary>
/// Shares rows among the team and runs them on sixteen lanes, whatever the machine's registers: so neither the number of threads nor the
/// machine changes a bit of a sum over a row.
/// </summary>
internal static class SixteenLanes
{
    /// <summary>How many lanes: the unit in which tails are padded.</summary>
    public const int Count = 16;

    /// <summary>Runs the kernel on all rows. A row costs <paramref name="work"/>, in elements read or written.</summary>
    public static void RunRows<TKernel>(this CpuDevice cpu, TKernel kernel, int rows, long work) where TKernel : unmanaged, IRowKernel
    {
        Partition partition = Partition.Of(rows, work);
        RowJob<TKernel> job = new(kernel, rows, partition.Each);
        cpu.Team.Run(ref job, partition.Tasks);
    }

    private struct RowJob<TKernel>(TKernel kernel, int rows, int each) : IJob where TKernel : unmanaged, IRowKernel
    {
        public void Run(int task, int thread)
        {
            int first = task * each;
            int end = (int)Math.Min(rows, (long)first + each);
            if (Vector512.IsHardwareAccelerated)
                kernel.Run<Lanes16>(first, end);
            else if (Vector256.IsHardwareAccelerated)
                kernel.Run<Pair<Lanes8>>(first, end);
            else if (Vector128.IsHardwareAccelerated)
                kernel.Run<Pair<Pair<Lanes4>>>(first, end);
            else
                kernel.Run<Pair<Pair<Pair<Pair<Lanes1>>>>>(first, end);
        }
    }
}

/// <summary>How many equal pieces go to one task. It depends on the work only, never on the number of threads.</summary>
/// <param name="Tasks">How many tasks there are; 0 where there is nothing to do.</param>
/// <param name="Each">Pieces in each task but the last.</param>
internal readonly record struct Partition(int Tasks, int Each)
{
    /// <summary>Elements in one task: enough to outweigh what taking a task costs, few enough to balance.</summary>
    private const long Grain = 16_384;

    /// <param name="pieces">How many there are.</param>
    /// <param name="work">What one costs, in elements read or written.</param>
    public static Partition Of(int pieces, long work)
    {
        // What two tasks would share is over before a thread is awake.
        if (pieces * work <= 2 * Grain)
            return new Partition(Math.Min(pieces, 1), pieces);
        int each = (int)Math.Clamp(Grain / Math.Max(work, 1), 1, pieces);
        return new Partition((int)(((long)pieces + each - 1) / each), each);
    }
}
