using System.Diagnostics;
using ILGPU;

namespace MoECompiler.Cli;

/// <summary>Tries what a device can do at most: multiply-adds in registers, and a copy of memory larger than any cache.</summary>
internal sealed class LimitProbe : IDisposable
{
    /// <summary>Numbers of a thread that do not wait for each other: as many as a processor's vectors take, which runs one thread at a time.</summary>
    private const int Chains = 64;

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
            { Kind: GpuKind.Simulated } => (1 << 12, 64, 16),
            { IsProcessor: true } => (1 << 24, 1 << 14, 1_024),
            _ => (1 << 27, 1 << 18, 2_048),
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

    private static void MultiplyAdd(ArrayView<float> result, float factor, int steps)
    {
        // All different, or the compiler would find that they are one.
        Float4 one = new(1, 1, 1, 1);
        Sixteen a = Sixteen.From(Group.IdxX), b = Sixteen.From(Group.IdxX + 16), c = Sixteen.From(Group.IdxX + 32), d = Sixteen.From(Group.IdxX + 48);
        for (int i = 0; i < steps; i++)
        {
            a = a.Next(factor, one);
            b = b.Next(factor, one);
            c = c.Next(factor, one);
            d = d.Next(factor, one);
        }
        long to = GpuIndex.Element * Chains;
        a.Store(result, to);
        b.Store(result, to + 16);
        c.Store(result, to + 32);
        d.Store(result, to + 48);
    }

    private readonly struct Sixteen(Float4 a, Float4 b, Float4 c, Float4 d)
    {
        private readonly Float4 _a = a, _b = b, _c = c, _d = d;

        public static Sixteen From(float first) => new(Four(first), Four(first + 4), Four(first + 8), Four(first + 12));

        public Sixteen Next(float factor, Float4 addend) => new(
            Float4.MultiplyAdd(factor, _a, addend), Float4.MultiplyAdd(factor, _b, addend),
            Float4.MultiplyAdd(factor, _c, addend), Float4.MultiplyAdd(factor, _d, addend));

        public void Store(ArrayView<float> to, long start)
        {
            Store(to, start, _a);
            Store(to, start + 4, _b);
            Store(to, start + 8, _c);
            Store(to, start + 12, _d);
        }

        private static Float4 Four(float first) => new(first, first + 1, first + 2, first + 3);

        private static void Store(ArrayView<float> to, long start, Float4 four)
        {
            to[start] = four.X;
            to[start + 1] = four.Y;
            to[start + 2] = four.Z;
            to[start + 3] = four.W;
        }
    }
}
