using ILGPU.Runtime.CPU;

namespace MoECompiler;

/// <summary>
/// ILGPU's simulator on the host: each thread of a group is a thread of the host. It runs the very kernels that a GPU runs, thousands of
/// times slower: for tests at tiny sizes.
/// </summary>
public sealed class SimulatedDevice : GpuDevice
{
    private const string Title = "Simulated GPU";

    public SimulatedDevice() : this(new CPUDevice(4, 4, 1), isProcessor: true)
    {
    }

    private SimulatedDevice(CPUDevice device, bool isProcessor, CPUAcceleratorMode mode = CPUAcceleratorMode.Sequential)
        : base(
            OpenedAccelerator.Open(
                Title,
                builder => builder.CPU(device),
                context => context.GetCPUDevice(0).CreateCPUAccelerator(context, mode)),
            new DeviceTraits(GpuKind.Simulated, isProcessor, ComputeCapability: 0, Multiprocessors: 1))
    {
    }

    public override string Name => Title;

    /// <summary>The host's.</summary>
    public override long MemoryBytes { get; } = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;

    /// <summary>One that is given the kernels of a real GPU, in groups of a few threads: their barriers are slower still.</summary>
    internal static SimulatedDevice OfThreads() => new(new CPUDevice(4, 2, 1), isProcessor: false);

    /// <summary>
    /// One that is given the kernels for tensor cores, in groups of warps as large as a GPU's: <see cref="WarpExchange"/> does what those
    /// cores do. All threads run at once: that one after another waits for its turn takes hours here.
    /// </summary>
    internal static SimulatedDevice OfWarps()
    {
        SimulatedDevice device = new(new CPUDevice(TensorCore.Warp, 8, 1), isProcessor: false, CPUAcceleratorMode.Parallel);
        device.Traits = device.Traits with { ComputeCapability = 80 };
        return device;
    }

    private protected override unsafe void EnqueueCopyIn(MemoryBuffer memory, long offset, nint host, long bytes) =>
        System.Buffer.MemoryCopy((void*)host, (void*)(memory.NativePtr + (nint)offset), bytes, bytes);

    private protected override unsafe void EnqueueCopyOut(MemoryBuffer memory, long offset, nint host, long bytes) =>
        System.Buffer.MemoryCopy((void*)(memory.NativePtr + (nint)offset), (void*)host, bytes, bytes);
}
