using System.Diagnostics;

namespace MoECompiler.Bench;

/// <summary>
/// All cases in seconds. Other programs on the machine disturb every time, so what is reported are medians of shares and ratios whose two
/// sides were measured one right after the other.
/// </summary>
internal sealed class QuickRun(CpuDevice cpu)
{
    private const int Rounds = 21;

    /// <summary>A try is repeated until it takes this long.</summary>
    private const double LeastSeconds = 1e-2;

    private readonly Machine _machine = new(cpu);

    public void PrintMachine()
    {
        double[] forks = new double[Rounds], flops = new double[Rounds], bytes = new double[Rounds];
        for (int round = 0; round < Rounds; round++)
        {
            forks[round] = _machine.ForkAndJoin();
            flops[round] = _machine.Measure(Limit.Arithmetic);
            bytes[round] = _machine.Measure(Limit.Memory);
        }
        Console.WriteLine(cpu.Name);
        Console.WriteLine($"FMA peak {Median(flops) / 1e9:F0} GFLOP/s, copy bandwidth {Median(bytes) / 1e9:F1} GB/s, fork and join {Median(forks) * 1e6:F1} us");
        Console.WriteLine($"medians of {Rounds} rounds; each share and ratio is of neighbours in time");
        Console.WriteLine();
    }

    public void Run(Family family)
    {
        List<Measured> all = [.. family.Cases.Select(c => new Measured(c, c.Prepare(cpu)))];
        all.ForEach(static m => m.WarmUp());
        for (int round = 0; round < Rounds; round++)
        {
            foreach (Measured measured in all)
                measured.Try(_machine);
        }
        foreach (Measured measured in all)
            Console.WriteLine(measured);
        if (family.Compare([.. all.Select(m => Median(all[0].Seconds.Zip(m.Seconds, static (first, other) => other / first)))]) is { } comparison)
            Console.WriteLine($"{"",-60} {comparison}");
        Console.WriteLine();
    }

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }

    private sealed class Measured(Case @case, Action run)
    {
        private readonly List<double> _shares = [];
        private int _repeats = 1;

        public List<double> Seconds { get; } = [];

        /// <summary>Runs until the JIT has had time to replace its first code.</summary>
        public void WarmUp()
        {
            long start = Stopwatch.GetTimestamp();
            int runs = 0;
            for (; runs < 5 || Stopwatch.GetElapsedTime(start).TotalSeconds < 0.4; runs++)
                run();
            _repeats = (int)Math.Ceiling(LeastSeconds / (Stopwatch.GetElapsedTime(start).TotalSeconds / runs));
        }

        public void Try(Machine machine)
        {
            // The threads of the case before may still be spinning.
            Thread.Sleep(20);
            double limit = machine.Measure(@case.Work.Limit);
            // Threads that sleep and caches that the limit's measurement has filled are not what is measured.
            run();
            long start = Stopwatch.GetTimestamp();
            for (int i = 0; i < _repeats; i++)
                run();
            double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds / _repeats;
            Seconds.Add(seconds);
            _shares.Add(@case.Work.Amount / seconds / limit);
        }

        public override string ToString()
        {
            double seconds = Median(Seconds);
            string limit = @case.Work.Limit == Limit.Arithmetic ? "the FMA peak" : "the copy bandwidth";
            return $"{@case,-60} {seconds * 1e6,10:N0} us {@case.Work.Rate(seconds),16} {Median(_shares),6:P0} of {limit}";
        }
    }
}
