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

    private SimulatedDevice(CPUDevice device, bool isProcessor)
        : base(
            OpenedAccelerator.Open(
                Title,
                builder => builder.CPU(device),
                static context => context.GetCPUDevice(0).CreateCPUAccelerator(context, CPUAcceleratorMode.Sequential)),
            new DeviceTraits(GpuKind.Simulated, isProcessor, ComputeCapability: 0, Multiprocessors: 1))
    {
    }

    public override string Name => Title;

    /// <summary>The host's.</summary>
    public override long MemoryBytes { get; } = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;

    /// <summary>One that is given the kernels of a real GPU, in groups of a few threads: their barriers are slower still.</summary>
    internal static SimulatedDevice OfThreads() => new(new CPUDevice(4, 2, 1), isProcessor: false);

    /// <summary>The same in groups of up to 256 threads, which tiles of products need.</summary>
    internal static SimulatedDevice WithLargeGroups() => new(new CPUDevice(32, 8, 1), isProcessor: false);

    private protected override unsafe void EnqueueCopyIn(MemoryBuffer memory, long offset, nint host, long bytes) =>
        System.Buffer.MemoryCopy((void*)host, (void*)(memory.NativePtr + (nint)offset), bytes, bytes);

    private protected override unsafe void EnqueueCopyOut(MemoryBuffer memory, long offset, nint host, long bytes) =>
        System.Buffer.MemoryCopy((void*)(memory.NativePtr + (nint)offset), (void*)host, bytes, bytes);
}
