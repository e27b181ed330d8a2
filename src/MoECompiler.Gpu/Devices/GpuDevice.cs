using MoECompiler.Training;

namespace MoECompiler;

/// <summary>
/// A device that runs the emitted GPU program: one stream, on which copies and kernels follow each other; nothing waits until the host
/// looks at a result.
/// </summary>
public abstract partial class GpuDevice : Device
{
    /// <summary>The most tokens for which a sort costs more than reading an expert's weights twice would.</summary>
    private const int FewTokens = 8;

    private readonly AcceleratorStream _stream;
    private long _begunWaits;
    private long _endedWait;
    private bool _isDisposed;

    private protected GpuDevice(OpenedAccelerator opened, DeviceTraits traits)
    {
        Context = opened.Context;
        Accelerator = opened.Accelerator;
        Traits = traits;
        _stream = opened.Stream;
    }

    /// <summary>What decides which form of a kernel the device is given. Tests set it, to run here what is meant for other devices.</summary>
    public DeviceTraits Traits { get; internal set; }

    /// <summary>How often the host waited for the device.</summary>
    public long Synchronizations => Interlocked.Read(ref _begunWaits);

    internal Context Context { get; }

    internal Accelerator Accelerator { get; }

    internal AcceleratorStream Stream => _stream;

    /// <summary>Whether nothing runs here any more.</summary>
    internal bool IsDisposed => _isDisposed;

    /// <summary>Whether tokens are so few that each pair of token and expert is computed by itself, without a sort by expert.</summary>
    public bool IsFew(int tokens) => tokens <= FewTokens;

    /// <summary>Waits until everything that was asked of the device is done.</summary>
    /// <exception cref="DeviceException">The device failed meanwhile.</exception>
    public void Synchronize()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        long wait = Interlocked.Increment(ref _begunWaits);
        try
        {
            _stream.Synchronize();
        }
        catch (AcceleratorException error)
        {
            throw Failed("failed", error);
        }
        // Of waits that overlap, the last that began has waited for all that the others have.
        InterlockedMaximum(ref _endedWait, wait);
    }

    /// <summary>Waits until what was asked after the host's wait number <paramref name="waits"/> began is done.</summary>
    internal void SynchronizeAfter(long waits)
    {
        if (Interlocked.Read(ref _endedWait) <= waits)
            Synchronize();
    }

    /// <summary>The view as kernels take it.</summary>
    /// <exception cref="ArgumentException">The view lies on another device.</exception>
    public virtual ArrayView<T> Array<T>(View<T> view) where T : unmanaged => view.Buffer is GpuBuffer buffer && buffer.Device == this
        ? buffer.Array<T>(view.Offset, view.Count)
        : throw new ArgumentException($"{view} lies on {view.Buffer.Device.Name}, not on {Name}.");

    /// <summary>The bits of a view's 16-bit floats, as kernels take them: see <see cref="F16"/>.</summary>
    /// <exception cref="ArgumentException">The view lies on another device.</exception>
    public ArrayView<ushort> Bits(View<Half> view) => Array(view).Cast<ushort>();

    /// <summary>The bits of a view's 16-bit floats, as kernels take them: see <see cref="BF16"/>.</summary>
    /// <exception cref="ArgumentException">The view lies on another device.</exception>
    public ArrayView<ushort> Bits(View<BFloat16> view) => Array(view).Cast<ushort>();

    /// <summary>Waits for what runs, and gives all memory of the device back; buffers that are left hold nothing any more.</summary>
    public override void Dispose()
    {
        lock (_launching)
        {
            if (_isDisposed)
                return;
            _isDisposed = true;
            try
            {
                _stream.Synchronize();
                DisposeScratch();
                _stream.Dispose();
                Accelerator.Dispose();
                Context.Dispose();
            }
            // A device that has failed has nothing to give back.
            catch (AcceleratorException)
            {
            }
        }
    }

    internal override bool PagesRows => false;

    internal override Buffer AllocatePaged(long bytes, StatePaging paging) => AllocateShared(bytes);

    internal override long WindowBytes(long bytes, StatePaging paging) => Math.Min(paging.PageBytes & -HostBuffer.Alignment, bytes);

    internal override Updater CreateUpdater(IReadOnlyList<TrainedParameter> trained, float gradientBound) => new GpuUpdater(this, trained) { GradientBound = gradientBound };

    internal override void Clear(FloatView values, View<byte> where) => ClearKernels.Clear(this, values, where);

    /// <summary>What the device did, and what its driver says of it.</summary>
    internal DeviceException Failed(string what, Exception error) => new($"{Name} {what}: {DeviceErrors.Describe(error)}", error);

    private static void InterlockedMaximum(ref long maximum, long value)
    {
        long seen = Interlocked.Read(ref maximum);
        while (seen < value)
        {
            long before = Interlocked.CompareExchange(ref maximum, value, seen);
            if (before == seen)
                return;
            seen = before;
        }
    }
}
