using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace MoECompiler;

/// <summary>The multiply-adds that a processor can do at best, on the threads of a device: what benchmarks are held against.</summary>
internal static unsafe class ProcessorPeak
{
    private const int Chains = 12, Rounds = 100_000;

    /// <summary>Operations a second in a try of some milliseconds, a fused multiply-add counted as two.</summary>
    public static double Measure(CpuDevice cpu)
    {
        long start = Stopwatch.GetTimestamp();
        cpu.Team.RunWidest(default(MultiplyAdds), cpu.Team.Threads);
        return 2.0 * Chains * Rounds * LaneWidth.Floats * cpu.Team.Threads / Stopwatch.GetElapsedTime(start).TotalSeconds;
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
