using System.Diagnostics;

namespace MoECompiler.Gpu.Bench;

/// <summary>One of those that are timed in turns.</summary>
/// <param name="run">Asks for the work once.</param>
/// <param name="wait">Returns when all of it is done.</param>
internal sealed class Contender(Action run, Action wait)
{
    /// <summary>A try is repeated until it takes this long.</summary>
    private const double LeastSeconds = 2e-2;

    private readonly List<double> _seconds = [];
    private int _repeats = 1;

    /// <summary>Of each try, in order.</summary>
    public IReadOnlyList<double> Seconds => _seconds;

    public double Median => Rounds.Median(_seconds);

    /// <summary>Runs until kernels are compiled and the JIT has had time to replace its first code.</summary>
    public void WarmUp()
    {
        run();
        wait();
        long start = Stopwatch.GetTimestamp();
        int runs = 0;
        for (; runs < 3 || Stopwatch.GetElapsedTime(start).TotalSeconds < 0.2; runs++)
        {
            run();
            wait();
        }
        _repeats = (int)Math.Ceiling(LeastSeconds / (Stopwatch.GetElapsedTime(start).TotalSeconds / runs));
    }

    public void Try()
    {
        // Threads of the CPU's team may still be spinning, and caches hold what the one before has left.
        Thread.Sleep(10);
        run();
        wait();
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < _repeats; i++)
            run();
        wait();
        _seconds.Add(Stopwatch.GetElapsedTime(start).TotalSeconds / _repeats);
    }
}
