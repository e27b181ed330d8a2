namespace MoECompiler;

/// <summary>A device's own memory, zeroed.</summary>
internal sealed class GpuBuffer : Buffer
{
    private readonly GpuDevice _device;
    private MemoryBuffer1D<byte, Stride1D.Dense>? _memory;

    /// <exception cref="OutOfMemoryException">The device has not so much.</exception>
    public GpuBuffer(GpuDevice device, long bytes) : base(device, bytes)
    {
        _device = device;
        try
        {
            // A kernel may read whole vectors up to the end of the last one.
            _memory = device.Accelerator.Allocate1D<byte>(Math.Max((bytes + HostBuffer.Alignment - 1) / HostBuffer.Alignment, 1) * HostBuffer.Alignment);
            _memory.MemSet(device.Stream, 0, 0, _memory.LengthInBytes);
        }
        catch (Exception error) when (error is AcceleratorException or OutOfMemoryException)
        {
            throw new OutOfMemoryException($"{device.Name} has not the {bytes:N0} bytes that were asked for ({device.MemoryInWords}).", error);
        }
    }

    public override nint Address => throw new NotSupportedException(
        $"This memory is {Device.Name}'s own: copy it with View.CopyTo and View.CopyFrom, or use views of Device.New.");

    private MemoryBuffer1D<byte, Stride1D.Dense> Memory
    {
        get
        {
            ObjectDisposedException.ThrowIf(_memory is null, this);
            return _memory;
        }
    }

    public ArrayView<T> Array<T>(long offset, long count) where T : unmanaged =>
        Memory.AsRawArrayView(offset, count * Interop.SizeOf<T>()).Cast<T>();

    /// <summary>Copies from the host's memory on the stream.</summary>
    public void CopyFrom(PinnedBuffer source, long sourceOffset, long offset, long bytes)
    {
        if (bytes > 0)
            Memory.CopyFrom(_device.Stream, source.Array(sourceOffset, bytes), offset);
    }

    /// <summary>Copies to the host's memory on the stream.</summary>
    public void CopyTo(PinnedBuffer destination, long destinationOffset, long offset, long bytes)
    {
        if (bytes > 0)
            Memory.CopyTo(_device.Stream, offset, destination.Array(destinationOffset, bytes));
    }

    public override unsafe void Read(long offset, Span<byte> destination)
    {
        Require(offset, destination.Length);
        if (destination.IsEmpty)
            return;

        // ILGPU takes the address as it is: the memory must stay where it is until the copy is done.
        fixed (byte* to = destination)
        {
            Memory.View.SubView(offset, destination.Length).AsContiguous().CopyToCPUUnsafeAsync(_device.Stream, ref *to, destination.Length);
            _device.Synchronize();
        }
    }

    public override unsafe void Write(long offset, ReadOnlySpan<byte> source)
    {
        Require(offset, source.Length);
        if (source.IsEmpty)
            return;
        fixed (byte* from = source)
        {
            Memory.View.SubView(offset, source.Length).AsContiguous().CopyFromCPUUnsafeAsync(_device.Stream, ref *from, source.Length);
            _device.Synchronize();
        }
    }

    public override void Dispose()
    {
        _memory?.Dispose();
        _memory = null;
    }
}
