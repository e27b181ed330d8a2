using System.Diagnostics;
using ILGPU;

namespace MoECompiler.Cli;

/// <summary>Tries what a device can do at most: multiply-adds in registers, and a copy of memory larger than any cache.</summary>
internal sealed class LimitProbe : IDisposable
{
    private const int Chains = 8;

    private readonly GpuDevice _gpu;
    private readonly CpuDevice? _host;
    private readonly int _threads, _steps;
    private readonly View<float> _from, _to;

    public LimitProbe(GpuDevice gpu)
    {
        _gpu = gpu;
        _host = gpu.Traits is { Kind: GpuKind.OpenCl, IsProcessor: true } ? new CpuDevice() : null;
        (int elements, _threads, _steps) = gpu.Traits switch
        {
            { Kind: GpuKind.Simulated } => (1 << 12, 64, 64),
            { IsProcessor: true } => (1 << 24, 1 << 14, 4_096),
            _ => (1 << 27, 1 << 18, 4_096),
        };
        Extents extents = new(elements);
        _from = gpu.Allocate(sizeof(float) * extents.Count).View<float>(extents);
        _to = gpu.Allocate(sizeof(float) * extents.Count).View<float>(extents);
        Arithmetic();
        Memory();
    }

    /// <summary>Operations a second in one try of some milliseconds, a fused multiply-add counted as two.</summary>
    /// <remarks>Of a processor behind OpenCL it is the processor's own: its compiler makes no vectors of a chain in a loop.</remarks>
    public double Arithmetic() => _host is not null ? ProcessorPeak.Measure(_host) : 2.0 * Chains * _steps * _threads / Seconds(
        () => _gpu.Launch(MultiplyAdd, Work.PerElement(_threads, _gpu.Traits.ElementGroup), _gpu.Array(_to), 0.5f, _steps));

    /// <summary>Bytes read and written a second in one try of some milliseconds.</summary>
    public double Memory() => 2.0 * sizeof(float) * _from.Count / Seconds(
        () => _gpu.Launch(Copy, Work.PerElement(_from.Count, _gpu.Traits.ElementGroup), _gpu.Array(_from), _gpu.Array(_to)));

    public void Dispose()
    {
        _from.Buffer.Dispose();
        _to.Buffer.Dispose();
        _host?.Dispose();
    }

    private double Seconds(Action launch)
    {
        _gpu.Synchronize();
        long start = Stopwatch.GetTimestamp();
        launch();
        _gpu.Synchronize();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
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
            a = Intrinsics.FusedMultiplyAdd(a, factor, 1f);
            b = Intrinsics.FusedMultiplyAdd(b, factor, 1f);
            c = Intrinsics.FusedMultiplyAdd(c, factor, 1f);
            d = Intrinsics.FusedMultiplyAdd(d, factor, 1f);
            e = Intrinsics.FusedMultiplyAdd(e, factor, 1f);
            f = Intrinsics.FusedMultiplyAdd(f, factor, 1f);
            g = Intrinsics.FusedMultiplyAdd(g, factor, 1f);
            h = Intrinsics.FusedMultiplyAdd(h, factor, 1f);
        }
        result[GpuIndex.Element % result.Length] = a + b + c + d + e + f + g + h;
    }
}
