using Xunit;

namespace MoECompiler.Tests;

public unsafe class ThreadTeamTests
{
    private readonly struct CountVisits(int* visits) : IJob
    {
        public void Run(int task, int thread) => Interlocked.Increment(ref visits[task]);
    }

    private readonly struct MarkThreads(int* marks) : IJob
    {
        public void Run(int task, int thread)
        {
            marks[thread] = Environment.CurrentManagedThreadId;
            Thread.SpinWait(100);
        }
    }

    private readonly struct ThrowAt(int bad, int* visits) : IJob
    {
        public void Run(int task, int thread)
        {
            Interlocked.Increment(ref visits[task]);
            if (task == bad)
                throw new FormatException($"task {task}");
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    public void Run_AnyNumberOfTasks_RunsEachOnce(int threads)
    {
        using ThreadTeam team = new(threads);
        int[] visits = new int[200];
        fixed (int* p = visits)
        {
            for (int tasks = 0; tasks <= visits.Length; tasks++)
            {
                Array.Clear(visits);
                CountVisits job = new(p);
                team.Run(ref job, tasks);
                Assert.All(visits[..tasks], static v => Assert.Equal(1, v));
                Assert.All(visits[tasks..], static v => Assert.Equal(0, v));
            }
        }
    }

    [Fact]
    public void Run_AfterThreadsFellAsleep_WakesThem()
    {
        using ThreadTeam team = new(2);
        int[] marks = new int[2];
        fixed (int* p = marks)
        {
            for (int i = 0; i < 20; i++)
            {
                Thread.Sleep(2);
                Array.Clear(marks);
                MarkThreads job = new(p);
                for (int wait = 0; wait < 1_000 && (marks[0] == 0 || marks[1] == 0); wait++)
                    team.Run(ref job, 200);
                Assert.Equal(Environment.CurrentManagedThreadId, marks[0]);
                Assert.NotEqual(0, marks[1]);
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Run_TaskThrows_IsThrownToTheCallerAndTheTeamGoesOn(int threads)
    {
        using ThreadTeam team = new(threads);
        int[] visits = new int[100];
        fixed (int* p = visits)
        {
            for (int bad = 0; bad < 100; bad += 11)
            {
                ThrowAt job = new(bad, p);
                FormatException thrown = Assert.Throws<FormatException>(() => team.Run(ref job, 100));
                Assert.Equal($"task {bad}", thrown.Message);
            }
            Array.Clear(visits);
            CountVisits good = new(p);
            team.Run(ref good, 100);
        }
        Assert.All(visits, static v => Assert.Equal(1, v));
    }

    [Fact]
    public void Run_FromSeveralThreadsAtOnce_CompletesEachJob()
    {
        using ThreadTeam team = new(2);
        int[][] visits = [.. Enumerable.Range(0, 4).Select(static _ => new int[50])];
        Thread[] callers = [.. visits.Select(v => new Thread(() =>
        {
            fixed (int* p = v)
            {
                for (int i = 0; i < 500; i++)
                {
                    CountVisits job = new(p);
                    team.Run(ref job, v.Length);
                }
            }
        }))];
        Array.ForEach(callers, static c => c.Start());
        Array.ForEach(callers, static c => c.Join());
        Assert.All(visits, static v => Assert.All(v, static count => Assert.Equal(500, count)));
    }

    private static ThreadTeam? s_nested;

    private readonly struct Nested(int* visits) : IJob
    {
        public void Run(int task, int thread)
        {
            CountVisits inner = new(visits);
            s_nested!.Run(ref inner, 10);
        }
    }

    [Fact]
    public void Run_FromWithinAJob_RunsOnTheSameThread()
    {
        using ThreadTeam team = s_nested = new(2);
        int[] visits = new int[10];
        fixed (int* p = visits)
        {
            Nested job = new(p);
            team.Run(ref job, 30);
        }
        Assert.All(visits, static v => Assert.Equal(30, v));
    }

    [Fact]
    public void Run_Repeated_AllocatesNothing()
    {
        using ThreadTeam team = new(2);
        int[] visits = new int[64];
        fixed (int* p = visits)
        {
            CountVisits job = new(p);
            for (int i = 0; i < 100; i++)
                team.Run(ref job, visits.Length);
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 1_000; i++)
                team.Run(ref job, visits.Length);
            Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        }
    }

    [Fact]
    public void Dispose_WhileThreadsSleepOrSpin_Returns()
    {
        for (int i = 0; i < 50; i++)
        {
            ThreadTeam team = new(3);
            if (i % 2 == 0)
                Thread.Sleep(1);
            team.Dispose();
            team.Dispose();
            Assert.Throws<ObjectDisposedException>(() =>
            {
                CountVisits job = new(null);
                team.Run(ref job, 1);
            });
        }
    }

    private readonly struct Reserve(nint* results) : IJob
    {
        public void Run(int task, int thread)
        {
            results[0] = (nint)ThreadTeam.Scratch(1_000);
            results[1] = (nint)ThreadTeam.Scratch(10);
        }
    }

    [Fact]
    public void Scratch_SmallerThanBefore_IsTheSameMemory()
    {
        using ThreadTeam team = new(1);
        nint[] results = new nint[2];
        fixed (nint* p = results)
        {
            Reserve job = new(p);
            team.Run(ref job, 1);
        }
        Assert.Equal(results[0], results[1]);
        Assert.Equal(0, results[0] % 64);
    }
}
