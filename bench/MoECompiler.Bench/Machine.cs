using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace MoECompiler.Bench;

/// <summary>Measures what the machine can do at best, on the same threads as the kernels and at the same moment.</summary>
internal sealed unsafe class Machine(CpuDevice cpu)
{
    private const int Chains = 12, Rounds = 100_000;

    private const long CopiedFloats = 16 << 20;

    private readonly View<float> _from = cpu.New<float>((int)CopiedFloats);
    private readonly View<float> _to = cpu.New<float>((int)CopiedFloats);

    /// <summary>Operations or bytes a second, in a try of some milliseconds.</summary>
    public double Measure(Limit limit) => limit == Limit.Arithmetic ? Arithmetic() : Memory();

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

    private double Arithmetic()
    {
        long start = Stopwatch.GetTimestamp();
        cpu.Team.RunWidest(default(MultiplyAdds), cpu.Team.Threads);
        return 2.0 * Chains * Rounds * LaneWidth.Floats * cpu.Team.Threads / Stopwatch.GetElapsedTime(start).TotalSeconds;
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

    private readonly struct MultiplyAdds : ILaneJob
    {
        public void Run<V>(int task, int thread) where V : unmanaged, ILanes<V>
        {
            float* result = stackalloc float[V.Count];
            Multiply<V>(Rounds).Store(result);
        }

        /// <summary>As many independent chains as keep two units busy for six cycles of latency.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static V Multiply<V>(int rounds) where V : unmanaged, ILanes<V>
        {
            (V x, V y) = (V.Of(0.999f), V.Of(0.001f));
            (V a, V b, V c, V d, V e, V f) = (y, y, y, y, y, y);
            (V g, V h, V i, V j, V k, V l) = (y, y, y, y, y, y);
            for (; rounds > 0; rounds--)
            {
                a = V.FusedMultiplyAdd(a, x, y);
                b = V.FusedMultiplyAdd(b, x, y);
                c = V.FusedMultiplyAdd(c, x, y);
                d = V.FusedMultiplyAdd(d, x, y);
                e = V.FusedMultiplyAdd(e, x, y);
                f = V.FusedMultiplyAdd(f, x, y);
                g = V.FusedMultiplyAdd(g, x, y);
                h = V.FusedMultiplyAdd(h, x, y);
                i = V.FusedMultiplyAdd(i, x, y);
                j = V.FusedMultiplyAdd(j, x, y);
                k = V.FusedMultiplyAdd(k, x, y);
                l = V.FusedMultiplyAdd(l, x, y);
            }
            return a + b + c + d + e + f + (g + h + i + j + k + l);
        }
    }
}
