namespace MoECompiler.Gpu.Tests;

/// <summary>
/// The device that the tests run on: the simulated one, or what MOE_DEVICE says: <c>opencl</c>, <c>cuda</c>, or <c>simulated-gpu</c>, which
/// is given the kernels of a real GPU. There is one, for tests that run one after another: a context takes its time to make.
/// </summary>
internal static class TestDevice
{
    private static readonly Lazy<GpuDevice> s_device = new(Create);

    public static GpuDevice Instance => s_device.Value;

    /// <summary>Whether threads are so dear that only tiny sizes make sense.</summary>
    public static bool IsSimulated => Instance.Traits.Kind == GpuKind.Simulated;

    private static GpuDevice Create() => Environment.GetEnvironmentVariable("MOE_DEVICE") switch
    {
        null or "" or "simulated" => new SimulatedDevice(),
        "simulated-gpu" => SimulatedDevice.OfThreads(),
        string other => throw new ArgumentException($"MOE_DEVICE is '{other}': expected simulated, simulated-gpu, opencl or cuda."),
    };
}
