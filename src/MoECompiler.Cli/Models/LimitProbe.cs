using System.Diagnostics;
using ILGPU;

namespace MoECompiler.Cli;

/// <summary>Tries what a device can do at most: multiply-adds in registers, and a copy of memory larger than any cache.</summary>
internal sealed class LimitProbe : IDisposable
{
    private const int Chains = 8, Steps = 64;

    private readonly GpuDevice _gpu;
    private readonly int _threads;
    private readonly View<float> _from, _to;

    public LimitProbe(GpuDevice gpu)
    {
        _gpu = gpu;
        (int elements, _threads) = gpu.Traits switch
        {
            { Kind: GpuKind.Simulated } => (1 << 12, 64),
            { IsProcessor: true } => (1 << 24, 1 << 20),
            _ => (1 << 27, 1 << 24),
        };
        Extents extents = new(elements);
        _from = gpu.Allocate(sizeof(float) * extents.Count).View<float>(extents);
        _to = gpu.Allocate(sizeof(float) * extents.Count).View<float>(extents);
        Arithmetic();
        Memory();
    }

    /// <summary>Operations a second in one try of some milliseconds, a fused multiply-add counted as two.</summary>
    public double Arithmetic() => 2.0 * Chains * Steps * _threads / Seconds(
        () => _gpu.Launch(MultiplyAdd, Work.PerElement(_threads, _gpu.Traits.ElementGroup), _gpu.Array(_to), 0.5f));

    /// <summary>Bytes read and written a second in one try of some milliseconds.</summary>
    public double Memory() => 2.0 * sizeof(float) * _from.Count / Seconds(
        () => _gpu.Launch(Copy, Work.PerElement(_from.Count, _gpu.Traits.ElementGroup), _gpu.Array(_from), _gpu.Array(_to)));

    public void Dispose()
    {
        _from.Buffer.Dispose();
        _to.Buffer.Dispose();
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

    /// <summary>
    /// Eight chains that do not wait for each other, without a loop: a processor's compiler then makes vectors of neighbouring threads.
    /// </summary>
    private static void MultiplyAdd(ArrayView<float> result, float factor)
    {
        float start = Group.IdxX;
        float sum = Chain(start, factor) + Chain(start + 1, factor) + Chain(start + 2, factor) + Chain(start + 3, factor)
            + Chain(start + 4, factor) + Chain(start + 5, factor) + Chain(start + 6, factor) + Chain(start + 7, factor);
        result[GpuIndex.Element % result.Length] = sum;
    }

    /// <summary>As many multiply-adds as <see cref="Steps"/> says, written out by the inliner.</summary>
    private static float Chain(float x, float factor) => Sixteen(Sixteen(Sixteen(Sixteen(x, factor), factor), factor), factor);

    private static float Sixteen(float x, float factor) => Four(Four(Four(Four(x, factor), factor), factor), factor);

    private static float Four(float x, float factor) => One(One(One(One(x, factor), factor), factor), factor);

    private static float One(float x, float factor) => Intrinsics.FusedMultiplyAdd(x, factor, 1f);
}
