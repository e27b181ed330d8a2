namespace MoECompiler;

/// <summary>The GPUs of this machine.</summary>
public static class GpuDevices
{
    private static int s_isRegistered;

    /// <summary>
    /// All GPUs that drivers know, CUDA's first, and each driver that is missing: usable ones, and those passed over with the reason.
    /// Looks anew each time, and throws nothing.
    /// </summary>
    public static IReadOnlyList<GpuDescription> Probe() => [.. CudaProbe.Run(), .. OpenClProbe.Run()];

    /// <summary>
    /// Lets <see cref="Device.Best"/> and <see cref="Device.Open"/> find GPUs; what is generated for a model calls it when the program
    /// starts. Drivers are not asked before a device is.
    /// </summary>
    public static void Register()
    {
        if (Interlocked.Exchange(ref s_isRegistered, 1) == 0)
            Device.AddProvider(new Provider());
    }

    private static GpuDevice Create(GpuDescription description) => description.Kind switch
    {
        GpuKind.Cuda => new CudaDevice(description.Index),
        GpuKind.OpenCl => new OpenClDevice(description.Index),
        _ => new SimulatedDevice(),
    };

    /// <summary>What of a kind is tried first: GPUs before processors, else in the drivers' order.</summary>
    private static IEnumerable<GpuDescription> UsableOf(GpuKind kind) => (kind == GpuKind.Cuda ? CudaProbe.Run() : OpenClProbe.Run())
        .Where(static device => device.IsUsable)
        .OrderBy(static device => device.IsProcessor);

    private sealed class Provider : IDeviceProvider
    {
        public IReadOnlyList<string> Usable =>
            [.. Probe().Where(static device => device.IsUsable).Select(static device => $"{device}"), GpuDescription.Word(GpuKind.Simulated)];

        public IReadOnlyList<string> PassedOver => [.. Probe().Where(static device => !device.IsUsable).Select(static device => $"{device}")];

        public Device? OpenBest()
        {
            IEnumerable<GpuDescription> gpus = [.. UsableOf(GpuKind.Cuda), .. UsableOf(GpuKind.OpenCl).Where(static device => !device.IsProcessor)];
            foreach (GpuDescription description in gpus)
            {
                try
                {
                    return Create(description);
                }
                // Another process may have it for itself, or its driver is not what it says.
                catch (DeviceException)
                {
                }
            }
            return null;
        }

        public Device? Open(string kind, int? index)
        {
            if (kind == GpuDescription.Word(GpuKind.Simulated))
                return index is null ? new SimulatedDevice() : null;
            foreach (GpuKind known in (ReadOnlySpan<GpuKind>)[GpuKind.Cuda, GpuKind.OpenCl])
            {
                if (kind == GpuDescription.Word(known))
                    return UsableOf(known).FirstOrDefault(device => index is null || device.Index == index) is { } found ? Create(found) : null;
            }
            return null;
        }
    }
}
