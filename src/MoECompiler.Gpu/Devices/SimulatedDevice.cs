using ILGPU.Runtime.CPU;

namespace MoECompiler;

/// <summary>
/// ILGPU's simulator on the host: each thread of a group is a thread of the host. It runs the very kernels that a GPU runs, thousands of
/// times slower: for tests at tiny sizes.
/// </summary>
public sealed class SimulatedDevice : GpuDevice
{
    public SimulatedDevice() : this(new CPUDevice(4, 4, 1), isProcessor: true)
    {
    }

    private SimulatedDevice(CPUDevice device, bool isProcessor) : this(GpuContext.Create(builder => builder.CPU(device)), isProcessor)
    {
    }

    private SimulatedDevice(Context context, bool isProcessor)
        : base(context, context.GetCPUDevice(0).CreateCPUAccelerator(context, CPUAcceleratorMode.Sequential), new DeviceTraits(GpuKind.Simulated, isProcessor, 0, 1))
    {
    }

    /// <summary>One that is given the kernels of a real GPU, in groups of a few threads: their barriers are slower still.</summary>
    internal static SimulatedDevice OfThreads() => new(new CPUDevice(4, 2, 1), isProcessor: false);

    public override string Name => "Simulated GPU";
}
