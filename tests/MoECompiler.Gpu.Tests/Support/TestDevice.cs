namespace MoECompiler.Gpu.Tests;

/// <summary>
/// The device that the tests run on: the simulated one, or what MOE_DEVICE says: <c>opencl</c>, <c>cuda</c>, or <c>simulated-gpu</c>, which
/// is given the kernels of a GPU. There is one, for tests that run one after another: a context takes its time to make.
/// </summary>
internal static class TestDevice
{
    private static readonly Lazy<GpuDevice> s_device = new(Create);

    private static readonly Lazy<GpuDevice> s_large = new(CreateLarge);

    private static readonly Lazy<GpuDevice> s_tensorCores = new(CreateTensorCores);

    public static GpuDevice Instance => s_device.Value;

    /// <summary>A device that is given the kernels for GPUs, whatever it is; those with large groups too, unless it is simulated.</summary>
    public static GpuDevice Large => s_large.Value;

    /// <summary>A device that is given the kernels for tensor cores: one that has them, or the simulated one, where warps do by themselves what those do.</summary>
    public static GpuDevice TensorCores => s_tensorCores.Value;

    /// <summary>Whether threads are so dear that only tiny sizes make sense.</summary>
    public static bool IsSimulated => Instance.Traits.Kind == GpuKind.Simulated;

    private static GpuDevice CreateLarge()
    {
        if (IsSimulated)
            return SimulatedDevice.OfThreads();
        GpuDevice device = Create();
        device.Traits = device.Traits with { IsProcessor = false, Multiprocessors = 1 };
        return device;
    }

    private static GpuDevice CreateTensorCores() => Instance.Traits.HasTensorCores ? Large : SimulatedDevice.OfWarps();

    /// <summary>Another device of the same kind, on the same hardware.</summary>
    public static GpuDevice Create()
    {
        GpuDevices.Register();
        string? name = Environment.GetEnvironmentVariable("MOE_DEVICE");
        return name == "simulated-gpu" ? SimulatedDevice.OfThreads() : (GpuDevice)Device.Open(string.IsNullOrEmpty(name) ? "simulated" : name);
    }
}
