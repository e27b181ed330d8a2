namespace MoECompiler;

/// <summary>
/// A device that runs the emitted GPU program: one stream, on which copies and kernels follow each other; nothing waits until the host
/// looks at a result.
/// </summary>
public abstract partial class GpuDevice : Device
{
    /// <summary>The most tokens for which a sort costs more than reading an expert's weights twice would.</summary>
    private const int FewTokens = 8;

    private readonly Dictionary<Delegate, Delegate> _launchers = new(ReferenceEqualityComparer.Instance);
    private readonly AcceleratorStream _stream;

    private protected GpuDevice(Context context, Accelerator accelerator, DeviceTraits traits)
    {
        Context = context;
        Accelerator = accelerator;
        Traits = traits;
        _stream = accelerator.CreateStream();
    }

    /// <summary>What decides which form of a kernel the device is given.</summary>
    public DeviceTraits Traits { get; }

    /// <summary>How many kernels were launched.</summary>
    public long Launches { get; private set; }

    /// <summary>How often the host waited for the device.</summary>
    public long Synchronizations { get; private set; }

    /// <summary>How much memory there is, in words, for errors.</summary>
    internal string MemoryInWords => $"{Accelerator.MemorySize:N0} bytes in all";

    internal Context Context { get; }

    internal Accelerator Accelerator { get; }

    internal AcceleratorStream Stream => _stream;

    public override Buffer Allocate(long bytes) => new GpuBuffer(this, bytes);

    public override Buffer AllocateShared(long bytes) => new PinnedBuffer(this, bytes);

    /// <summary>Whether tokens are so few that each pair of token and expert is computed by itself, without a sort by expert.</summary>
    public bool IsFew(int tokens) => tokens <= FewTokens;

    /// <summary>Waits until everything that was asked of the device is done.</summary>
    /// <exception cref="DeviceException">The device failed meanwhile.</exception>
    public void Synchronize()
    {
        Synchronizations++;
        try
        {
            _stream.Synchronize();
        }
        catch (Exception error) when (error is AcceleratorException)
        {
            throw new DeviceException($"{Name} failed: {error.Message}", error);
        }
    }

    /// <summary>The view as kernels take it.</summary>
    /// <exception cref="ArgumentException">The view lies on another device.</exception>
    public virtual ArrayView<T> Array<T>(View<T> view) where T : unmanaged => view.Buffer is GpuBuffer buffer && buffer.Device == this
        ? buffer.Array<T>(view.Offset, view.Count)
        : throw new ArgumentException($"{view} lies on {view.Buffer.Device.Name}, not on {Name}.");

    public override void Dispose()
    {
        _stream.Dispose();
        Accelerator.Dispose();
        Context.Dispose();
    }
}
