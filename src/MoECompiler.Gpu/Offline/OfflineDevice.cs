using ILGPU.Runtime.CPU;

namespace MoECompiler;

/// <summary>
/// A device that is not there: it has no memory and runs nothing, but takes down every launch that a model asks of it. So a model's
/// kernels can be listed, and compiled for hardware that is somewhere else.
/// </summary>
public sealed class OfflineDevice : GpuDevice
{
    private readonly List<RecordedLaunch> _recorded = [];
    private readonly List<Extents> _arguments = [];

    /// <summary>What all views look at: memory of any length at no place.</summary>
    private readonly CPUMemoryBuffer _nowhere;

    /// <param name="traits">What the device is to be taken for: it decides which form of a kernel is launched.</param>
    public OfflineDevice(DeviceTraits traits)
        : base(
            OpenedAccelerator.Open(
                "No device",
                static builder => builder.CPU(new CPUDevice(2, 1, 1)),
                static context => context.GetCPUDevice(0).CreateCPUAccelerator(context, CPUAcceleratorMode.Sequential)),
            traits)
    {
        _nowhere = CPUMemoryBuffer.Create(Accelerator, 0, long.MaxValue, 1);
        Observer = new Recorder(this);
    }

    public override string Name => $"No device, as if it were {Traits.Kind}";

    public override long MemoryBytes => 0;

    /// <summary>What was launched, in order.</summary>
    public IReadOnlyList<RecordedLaunch> Recorded => _recorded;

    public override Buffer Allocate(long bytes) => new PhantomBuffer(this, bytes);

    public override Buffer AllocateShared(long bytes) => new PhantomBuffer(this, bytes);

    public override ArrayView<T> Array<T>(View<T> view)
    {
        _arguments.Add(view.Extents);
        return new ArrayView<T>(_nowhere, 0, view.Count);
    }

    /// <summary>Forgets what was launched.</summary>
    public void Clear() => _recorded.Clear();

    private protected override void EnqueueCopyIn(MemoryBuffer memory, long offset, nint host, long bytes)
    {
    }

    private protected override void EnqueueCopyOut(MemoryBuffer memory, long offset, nint host, long bytes)
    {
    }

    private sealed class Recorder(OfflineDevice device) : ILaunchObserver
    {
        public bool Begin(Delegate kernel, Work work)
        {
            device._recorded.Add(new RecordedLaunch(kernel.Method, work, [.. device._arguments]));
            device._arguments.Clear();
            return false;
        }

        public void End()
        {
        }
    }
}
