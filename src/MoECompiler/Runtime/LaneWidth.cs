using System.Runtime.Intrinsics;

namespace MoECompiler;

/// <summary>A job written for any width of register.</summary>
internal interface ILaneJob
{
    /// <param name="task">From 0 to below the number of tasks.</param>
    /// <param name="thread">From 0 to below the number of threads: names the scratch memory to use.</param>
    void Run<V>(int task, int thread) where V : unmanaged, ILanes<V>;
}

/// <summary>How wide this machine's registers are. The JIT knows: of each choice below only one branch is compiled.</summary>
internal static class LaneWidth
{
    /// <summary>Floats in a register.</summary>
    public static int Floats => Vector512.IsHardwareAccelerated ? 16 : Vector256.IsHardwareAccelerated ? 8 : Vector128.IsHardwareAccelerated ? 4 : 1;

    public static string Description => Floats == 1 ? "no SIMD" : $"{32 * Floats}-bit SIMD";

    /// <summary>Runs a job on the team with the widest lanes that the machine has.</summary>
    public static void RunWidest<TJob>(this ThreadTeam team, TJob job, int tasks) where TJob : unmanaged, ILaneJob
    {
        Widest<TJob> widest = new(job);
        team.Run(ref widest, tasks);
    }

    private struct Widest<TJob>(TJob job) : IJob where TJob : unmanaged, ILaneJob
    {
        public void Run(int task, int thread)
        {
            if (Vector512.IsHardwareAccelerated)
                job.Run<Lanes16>(task, thread);
            else if (Vector256.IsHardwareAccelerated)
                job.Run<Lanes8>(task, thread);
            else if (Vector128.IsHardwareAccelerated)
                job.Run<Lanes4>(task, thread);
            else
                job.Run<Lanes1>(task, thread);
        }
    }
}
