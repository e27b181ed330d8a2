namespace MoECompiler.Cli;

/// <summary>What a device can do at most, measured: multiply-adds in registers, and a copy of memory.</summary>
internal sealed record DeviceLimits(double FlopsPerSecond, double BytesPerSecond)
{
    /// <summary>The greater of the shares of the two limits: how near the kernel is to the one that holds it back.</summary>
    public double Share(long flops, long bytes, double seconds) => Math.Max(flops / FlopsPerSecond, bytes / BytesPerSecond) / seconds;

    /// <summary>The best of several tries.</summary>
    public static DeviceLimits Measure(GpuDevice gpu)
    {
        using LimitProbe probe = new(gpu);
        return new DeviceLimits(Best(probe.Arithmetic), Best(probe.Memory));
    }

    private static double Best(Func<double> measure) => Enumerable.Range(0, 7).Max(_ => measure());
}
