using System.Diagnostics;
using System.Runtime.ExceptionServices;

namespace MoECompiler;

/// <summary>
/// The threads of a team besides its callers'. They wait for a job by spinning for a while, then asleep. A thread that is late, as on a
/// machine with more to do, is not waited for: when the caller finds no task left it closes the job, and only those who have
/// entered it must leave.
/// </summary>
internal sealed unsafe class ThreadCrew : IDisposable
{
    /// <summary>How far below 0 the count of those inside is while no job is open.</summary>
    private const int Closed = 1 << 30;

    private static readonly long s_spinTicks = Stopwatch.Frequency / 20_000; // 50 microseconds

    private readonly object _sleep = new();
    private readonly Thread[] _threads;
    private readonly bool _spins;

    private delegate*<ThreadCrew, void*, int, void> _work;
    private void* _job;
    private int _tasks;
    private int _nextTask;
    private int _inside = -Closed;
    private int _epoch;
    private int _sleepers;
    private volatile bool _stopped;
    private ExceptionDispatchInfo? _failure;

    public ThreadCrew(int threads)
    {
        Scratch = new Scratch[threads + 1];
        for (int i = 0; i <= threads; i++)
            Scratch[i] = new Scratch();
        // With more threads than cores, one that spins keeps another from its work.
        _spins = threads < Environment.ProcessorCount;
        _threads = new Thread[threads];
        for (int i = 0; i < threads; i++)
        {
            int number = i + 1;
            _threads[i] = new Thread(() => Live(number)) { IsBackground = true, Name = $"MoECompiler {number}" };
            _threads[i].Start();
        }
    }

    /// <summary>Each thread's own memory, the caller's first.</summary>
    public Scratch[] Scratch { get; }

    /// <summary>Calls <paramref name="work"/> on the caller's thread, as thread 0, and on every thread that is in time; returns when all of them have.</summary>
    public void Run(delegate*<ThreadCrew, void*, int, void> work, void* job, int tasks)
    {
        _work = work;
        _job = job;
        _tasks = tasks;
        _nextTask = 0;
        Interlocked.Add(ref _inside, Closed);
        Interlocked.Increment(ref _epoch);
        if (Volatile.Read(ref _sleepers) > 0)
            Wake();

        Work(0);

        Interlocked.Add(ref _inside, -Closed);
        SpinWait wait = default;
        while (Volatile.Read(ref _inside) != -Closed)
            wait.SpinOnce(sleep1Threshold: -1);
        if (Interlocked.Exchange(ref _failure, null) is { } failure)
            failure.Throw();
    }

    /// <summary>The number of a task that nobody else has, while there is one.</summary>
    public bool TryTakeTask(out int task)
    {
        task = Interlocked.Increment(ref _nextTask) - 1;
        return task < _tasks;
    }

    /// <summary>Lets the threads end when they have left the current job.</summary>
    public void Stop()
    {
        _stopped = true;
        Interlocked.Increment(ref _epoch);
        Wake();
    }

    /// <summary>Ends the threads and frees their memory.</summary>
    public void Dispose()
    {
        Stop();
        foreach (Thread thread in _threads)
            thread.Join();
        foreach (Scratch scratch in Scratch)
            scratch.Dispose();
    }

    private void Live(int thread)
    {
        int seen = 0;
        while (true)
        {
            seen = NextEpoch(seen);
            if (_stopped)
                return;
            if (Interlocked.Increment(ref _inside) > 0)
                Work(thread);
            Interlocked.Decrement(ref _inside);
        }
    }

    private void Work(int thread)
    {
        try
        {
            _work(this, _job, thread);
        }
        catch (Exception exception)
        {
            Interlocked.CompareExchange(ref _failure, ExceptionDispatchInfo.Capture(exception), null);
            Volatile.Write(ref _nextTask, _tasks);
        }
    }

    /// <summary>The number of the current job, once it is no longer the one that was seen.</summary>
    private int NextEpoch(int seen)
    {
        if (_spins)
        {
            for (long start = Stopwatch.GetTimestamp(); Stopwatch.GetTimestamp() - start < s_spinTicks;)
            {
                if (Volatile.Read(ref _epoch) != seen)
                    return Volatile.Read(ref _epoch);
                Thread.SpinWait(8);
            }
        }
        lock (_sleep)
        {
            // Whoever opens a job counts the epoch and then looks for sleepers; here it is the other way round, so one sees the other.
            Interlocked.Increment(ref _sleepers);
            while (Volatile.Read(ref _epoch) == seen)
                Monitor.Wait(_sleep);
            Interlocked.Decrement(ref _sleepers);
        }
        return Volatile.Read(ref _epoch);
    }

    private void Wake()
    {
        lock (_sleep)
            Monitor.PulseAll(_sleep);
    }
}
