using ILGPU.Runtime.CPU;

namespace MoECompiler;

/// <summary>
/// ILGPU's simulator on the host: each thread of a group is a thread of the host. It runs the very kernels that a GPU runs, thousands of
/// times slower: for tests at tiny sizes.
/// </summary>
public sealed class SimulatedDevice : GpuDevice
{
    private const string Title = "Simulated GPU";

    public SimulatedDevice()
        : base(
            OpenedAccelerator.Open(
                Title,
                static builder => builder.CPU(new CPUDevice(4, 4, 1)),
                static context => context.GetCPUDevice(0).CreateCPUAccelerator(context, CPUAcceleratorMode.Sequential)),
            new DeviceTraits(GpuKind.Simulated, IsProcessor: true, ComputeCapability: 0, Multiprocessors: 1))
    {
    }

    public override string Name => Title;

    /// <summary>The host's.</summary>
    public override long MemoryBytes { get; } = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;

    private protected override unsafe void EnqueueCopyIn(MemoryBuffer memory, long offset, nint host, long bytes) =>
        System.Buffer.MemoryCopy((void*)host, (void*)(memory.NativePtr + (nint)offset), bytes, bytes);

    private protected override unsafe void EnqueueCopyOut(MemoryBuffer memory, long offset, nint host, long bytes) =>
        System.Buffer.MemoryCopy((void*)(memory.NativePtr + (nint)offset), (void*)host, bytes, bytes);
}
