namespace MoECompiler;

/// <summary>Work that a team shares: <see cref="Run"/> is called once for each task number.</summary>
internal interface IJob
{
    /// <param name="task">From 0 to below the number of tasks.</param>
    /// <param name="thread">From 0 to below the number of threads: names the scratch memory to use.</param>
    void Run(int task, int thread);
}

/// <summary>
/// Threads that share jobs with the caller. A job is passed by address and its tasks are taken from a counter: nothing is allocated, and
/// a fork and join costs a few microseconds while the threads are awake. Jobs of several callers run one after the other; a job that
/// is run from within a job runs on that thread alone.
/// </summary>
internal sealed unsafe class ThreadTeam : IDisposable
{
    /// <summary>The team in whose job this thread is, by its crew, and as which of its threads.</summary>
    [ThreadStatic]
    private static ThreadCrew? t_crew;

    [ThreadStatic]
    private static int t_thread;

    private readonly Lock _callers = new();
    private readonly ThreadCrew _crew;
    private bool _disposed;

    /// <param name="threads">1 or more, the caller's included.</param>
    public ThreadTeam(int threads)
    {
        Threads = threads;
        _crew = new ThreadCrew(threads - 1);
    }

    /// <summary>The threads know only the crew, so that a team which nobody disposed of lets them go here.</summary>
    ~ThreadTeam() => _crew.Stop();

    /// <summary>How many threads compute, the caller's included.</summary>
    public int Threads { get; }

    /// <summary>
    /// Memory of the thread's own for the task that calls this: at least so many floats, aligned to a cache line, with any contents. What
    /// an earlier call gave is no longer valid.
    /// </summary>
    public static float* Scratch(long floats) => t_crew!.Scratch[t_thread].Reserve(floats);

    /// <summary>Runs tasks 0 to <paramref name="tasks"/> - 1 in any order and returns when all are done.</summary>
    /// <remarks>If a task throws, those not yet begun are left out and the first exception is thrown here.</remarks>
    /// <exception cref="ObjectDisposedException">The device is disposed.</exception>
    public void Run<TJob>(ref TJob job, int tasks) where TJob : unmanaged, IJob
    {
        if (t_crew == _crew)
        {
            RunAlone(ref job, tasks, t_thread);
            return;
        }
        lock (_callers)
        {
            ObjectDisposedException.ThrowIf(_disposed, typeof(Device));
            (ThreadCrew? crew, int thread) = (t_crew, t_thread);
            try
            {
                if (tasks <= 1 || Threads == 1)
                {
                    (t_crew, t_thread) = (_crew, 0);
                    RunAlone(ref job, tasks, 0);
                }
                else
                {
                    fixed (TJob* address = &job)
                        _crew.Run(&TakeTasks<TJob>, address, tasks);
                }
            }
            finally
            {
                (t_crew, t_thread) = (crew, thread);
            }
        }
        GC.KeepAlive(this);
    }

    private static void RunAlone<TJob>(ref TJob job, int tasks, int thread) where TJob : unmanaged, IJob
    {
        for (int task = 0; task < tasks; task++)
            job.Run(task, thread);
    }

    /// <summary>What each thread does with a job.</summary>
    private static void TakeTasks<TJob>(ThreadCrew crew, void* job, int thread) where TJob : unmanaged, IJob
    {
        (t_crew, t_thread) = (crew, thread);
        while (crew.TryTakeTask(out int task))
            ((TJob*)job)->Run(task, thread);
    }

    /// <exception cref="InvalidOperationException">Called from within a job of this team.</exception>
    public void Dispose()
    {
        if (t_crew == _crew)
            throw new InvalidOperationException("A device cannot be disposed of from within one of its kernels.");
        lock (_callers)
        {
            if (_disposed)
                return;
            _disposed = true;
            _crew.Dispose();
        }
        GC.SuppressFinalize(this);
    }
}
