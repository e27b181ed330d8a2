using ILGPU.Runtime.CPU;

namespace MoECompiler;

/// <summary>
/// ILGPU's simulator on the host: each thread of a group is a thread of the host. It runs the very kernels that a GPU runs, thousands of
/// times slower: for tests at tiny sizes.
/// </summary>
public sealed class SimulatedDevice : GpuDevice
{
    public SimulatedDevice() : this(GpuContext.Create(static builder => builder.CPU(new CPUDevice(4, 4, 1))))
    {
    }

    private SimulatedDevice(Context context)
        : base(context, context.GetCPUDevice(0).CreateCPUAccelerator(context, CPUAcceleratorMode.Sequential), new DeviceTraits(GpuKind.Simulated, IsProcessor: true, 0, 1))
    {
    }

    public override string Name => "Simulated GPU";
}
