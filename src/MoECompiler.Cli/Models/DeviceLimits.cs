using System.Diagnostics;
using ILGPU;

namespace MoECompiler.Cli;

/// <summary>What a device can do at most, measured: multiply-adds in registers, and a copy of memory.</summary>
internal sealed record DeviceLimits(double FlopsPerSecond, double BytesPerSecond)
{
    private const int Steps = 4_096;

    private const int Chains = 8;

    /// <summary>The greater of the shares of the two limits: how near the kernel is to the one that holds it back.</summary>
    public double Share(long flops, long bytes, double seconds) => Math.Max(flops / FlopsPerSecond, bytes / BytesPerSecond) / seconds;

    public static DeviceLimits Measure(GpuDevice gpu)
    {
        bool isSimulated = gpu.Traits.Kind == GpuKind.Simulated;
        int elements = isSimulated ? 1 << 12 : 1 << 25;
        int threads = isSimulated ? 64 : 1 << 18;
        using Buffer from = gpu.Allocate(4L * elements), to = gpu.Allocate(4L * elements);
        View<float> a = from.View<float>(new Extents(elements)), b = to.View<float>(new Extents(elements));
        double copy = Best(gpu, () => gpu.Launch(Copy, Work.PerElement(elements, gpu.Traits.ElementGroup), gpu.Array(a), gpu.Array(b)));
        double compute = Best(gpu, () => gpu.Launch(MultiplyAdd, Work.PerElement(threads, gpu.Traits.ElementGroup), gpu.Array(b), 0.5f, isSimulated ? 64 : Steps));
        return new DeviceLimits(2.0 * Chains * (isSimulated ? 64 : Steps) * threads / compute, 8.0 * elements / copy);
    }

    /// <summary>The least of several seconds.</summary>
    private static double Best(GpuDevice gpu, Action launch)
    {
        launch();
        gpu.Synchronize();
        double best = double.MaxValue;
        for (int i = 0; i < 7; i++)
        {
            long start = Stopwatch.GetTimestamp();
            launch();
            gpu.Synchronize();
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }
        return best;
    }

    private static void Copy(ArrayView<float> from, ArrayView<float> to)
    {
        long i = GpuIndex.Element;
        if (i < to.Length)
            to[i] = from[i];
    }

    /// <summary>Eight chains that do not wait for each other.</summary>
    private static void MultiplyAdd(ArrayView<float> result, float factor, int steps)
    {
        float start = Group.IdxX;
        float a = start, b = start + 1, c = start + 2, d = start + 3, e = start + 4, f = start + 5, g = start + 6, h = start + 7;
        for (int i = 0; i < steps; i++)
        {
            a = a * factor + 1f;
            b = b * factor + 1f;
            c = c * factor + 1f;
            d = d * factor + 1f;
            e = e * factor + 1f;
            f = f * factor + 1f;
            g = g * factor + 1f;
            h = h * factor + 1f;
        }
        result[GpuIndex.Element % result.Length] = a + b + c + d + e + f + g + h;
    }
}
