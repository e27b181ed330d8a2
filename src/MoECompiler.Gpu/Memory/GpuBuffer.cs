namespace MoECompiler;

/// <summary>A device's own memory, zeroed.</summary>
internal sealed unsafe class GpuBuffer : Buffer
{
    private readonly GpuDevice _device;
    private readonly long _paddedBytes;
    private MemoryBuffer1D<byte, Stride1D.Dense>? _memory;

    /// <exception cref="OutOfMemoryException">The device has not so much.</exception>
    public GpuBuffer(GpuDevice device, long bytes) : base(device, bytes)
    {
        _device = device;
        // A kernel may read whole vectors up to the end of the last one.
        _paddedBytes = checked((Math.Max(bytes, 1) + HostBuffer.Alignment - 1) / HostBuffer.Alignment * HostBuffer.Alignment);
        _memory = device.Take(bytes, _paddedBytes);
    }

    ~GpuBuffer()
    {
        if (_memory is not null)
            _device.Forget(_paddedBytes);
    }

    public override nint Address => throw new NotSupportedException(
        $"This memory is {Device.Name}'s own: copy it with View.CopyTo and View.CopyFrom, or use views of Device.New.");

    internal override bool IsHostVisible => false;

    private MemoryBuffer1D<byte, Stride1D.Dense> Memory
    {
        get
        {
            ObjectDisposedException.ThrowIf(_memory is null || _device.IsDisposed, this);
            return _memory;
        }
    }

    /// <remarks>Of nothing there is a view anywhere; ILGPU has none at the end.</remarks>
    public ArrayView<T> Array<T>(long offset, long count) where T : unmanaged =>
        Memory.AsRawArrayView(count == 0 ? 0 : offset, count * Interop.SizeOf<T>()).Cast<T>();

    /// <summary>Copies from the host's memory on the stream.</summary>
    public void CopyFrom(PinnedBuffer source, long sourceOffset, long offset, long bytes)
    {
        if (bytes == 0)
            return;
        _device.CopyIn(Memory, offset, source.ForCopy(sourceOffset), bytes);
        source.CopyBegan();
    }

    /// <summary>Copies to the host's memory on the stream.</summary>
    public void CopyTo(PinnedBuffer destination, long destinationOffset, long offset, long bytes)
    {
        if (bytes == 0)
            return;
        _device.CopyOut(Memory, offset, destination.ForCopy(destinationOffset), bytes);
        destination.CopyBegan();
    }

    public override void Read(long offset, Span<byte> destination)
    {
        Require(offset, destination.Length);
        if (destination.IsEmpty)
            return;
        fixed (byte* address = destination)
        {
            _device.CopyOut(Memory, offset, (nint)address, destination.Length);
            _device.Synchronize();
        }
    }

    public override void Write(long offset, ReadOnlySpan<byte> source)
    {
        Require(offset, source.Length);
        if (source.IsEmpty)
            return;
        fixed (byte* address = source)
        {
            _device.CopyIn(Memory, offset, (nint)address, source.Length);
            _device.Synchronize();
        }
    }

    public override void Dispose()
    {
        if (_memory is not null)
            _device.Return(_memory, _paddedBytes);
        _memory = null;
        GC.SuppressFinalize(this);
    }
}
