using System.Diagnostics;

namespace MoECompiler.Bench;

/// <summary>Measures what the machine can do at best, on the same threads as the kernels and at the same moment.</summary>
internal sealed unsafe class Machine(CpuDevice cpu)
{
    private const long CopiedFloats = 16 << 20;

    private readonly View<float> _from = cpu.New<float>((int)CopiedFloats);
    private readonly View<float> _to = cpu.New<float>((int)CopiedFloats);

    /// <summary>Operations or bytes a second, in a try of some milliseconds.</summary>
    public double Measure(Limit limit) => limit == Limit.Arithmetic ? ProcessorPeak.Measure(cpu) : Memory();

    /// <summary>Seconds to hand a job of nothing to all threads and to have it back.</summary>
    public double ForkAndJoin()
    {
        const int Runs = 100;
        Nothing job = default;
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < Runs; i++)
            cpu.Team.Run(ref job, cpu.Team.Threads);
        return Stopwatch.GetElapsedTime(start).TotalSeconds / Runs;
    }

    private double Memory()
    {
        Copy job = new(_from.Pointer, _to.Pointer, cpu.Team.Threads);
        long start = Stopwatch.GetTimestamp();
        cpu.Team.Run(ref job, cpu.Team.Threads);
        return 2.0 * CopiedFloats * sizeof(float) / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private readonly struct Nothing : IJob
    {
        public void Run(int task, int thread)
        {
        }
    }

    private readonly struct Copy(float* from, float* to, int tasks) : IJob
    {
        public void Run(int task, int thread)
        {
            long first = CopiedFloats * task / tasks;
            long bytes = (CopiedFloats * (task + 1) / tasks - first) * sizeof(float);
            System.Buffer.MemoryCopy(from + first, to + first, bytes, bytes);
        }
    }
}
