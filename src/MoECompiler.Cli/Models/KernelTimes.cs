using System.Diagnostics;

namespace MoECompiler.Cli;

/// <summary>What a kernel took, over all its launches in one run of a method.</summary>
internal sealed record KernelTime(string Name, int Launches, double Seconds, long Flops, long Bytes);

/// <summary>The times of a method's kernels.</summary>
/// <param name="Kernels">Each kernel once.</param>
/// <param name="Whole">The seconds of the method as it runs, without a wait between its kernels.</param>
internal sealed record KernelTimes(IReadOnlyList<KernelTime> Kernels, double Whole)
{
    /// <summary>Medians of several runs, after one that compiles the kernels.</summary>
    public static KernelTimes Measure(GpuDevice gpu, Action run, int repeats, CancellationToken cancellation)
    {
        run();
        gpu.Synchronize();
        double[] wholes = new double[repeats];
        for (int i = 0; i < repeats; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            long start = Stopwatch.GetTimestamp();
            run();
            gpu.Synchronize();
            wholes[i] = Stopwatch.GetElapsedTime(start).TotalSeconds;
        }

        List<Timer> timers = [];
        for (int i = 0; i < repeats; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            Timer timer = new(gpu);
            gpu.Observer = timer;
            try
            {
                run();
            }
            finally
            {
                gpu.Observer = null;
            }
            timers.Add(timer);
        }
        int launches = timers[0].Launches.Count;
        IEnumerable<KernelTime> each = Enumerable.Range(0, launches).Select(i =>
        {
            (string name, Work work, _) = timers[0].Launches[i];
            return new KernelTime(name, 1, Median(timers.Select(t => t.Launches[i].Seconds)), work.Flops, work.Bytes);
        });
        KernelTime[] kernels = [.. each.GroupBy(static k => k.Name).Select(static g => new KernelTime(
            g.Key, g.Count(), g.Sum(static k => k.Seconds), g.Sum(static k => k.Flops), g.Sum(static k => k.Bytes)))];
        return new KernelTimes(kernels, Median(wholes));
    }

    private static double Median(IEnumerable<double> numbers)
    {
        double[] sorted = [.. numbers.Order()];
        return sorted[sorted.Length / 2];
    }

    /// <summary>Waits for the device before and after each launch.</summary>
    private sealed class Timer(GpuDevice gpu) : ILaunchObserver
    {
        private long _start;

        public List<(string Name, Work Work, double Seconds)> Launches { get; } = [];

        public bool Begin(Delegate kernel, Work work)
        {
            gpu.Synchronize();
            Launches.Add((kernel.Method.Name, work, 0));
            _start = Stopwatch.GetTimestamp();
            return true;
        }

        public void End()
        {
            gpu.Synchronize();
            Launches[^1] = Launches[^1] with { Seconds = Stopwatch.GetElapsedTime(_start).TotalSeconds };
        }
    }
}
