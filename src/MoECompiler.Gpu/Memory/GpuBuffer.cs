using ILGPU.Runtime.CPU;

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

    public ArrayView<T> Array<T>(long offset, long count) where T : unmanaged =>
        Memory.AsRawArrayView(offset, count * Interop.SizeOf<T>()).Cast<T>();

    /// <summary>Copies from the host's memory on the stream.</summary>
    public void CopyFrom(PinnedBuffer source, long sourceOffset, long offset, long bytes)
    {
        if (bytes == 0)
            return;
        Copy(source.Array(sourceOffset, bytes), offset, isToHost: false);
        source.CopyBegan();
    }

    /// <summary>Copies to the host's memory on the stream.</summary>
    public void CopyTo(PinnedBuffer destination, long destinationOffset, long offset, long bytes)
    {
        if (bytes == 0)
            return;
        Copy(destination.Array(destinationOffset, bytes), offset, isToHost: true);
        destination.CopyBegan();
    }

    public override void Read(long offset, Span<byte> destination)
    {
        Require(offset, destination.Length);
        fixed (byte* address = destination)
            CopyAndWait(address, offset, destination.Length, isToHost: true);
    }

    public override void Write(long offset, ReadOnlySpan<byte> source)
    {
        Require(offset, source.Length);
        fixed (byte* address = source)
            CopyAndWait(address, offset, source.Length, isToHost: false);
    }

    public override void Dispose()
    {
        if (_memory is not null)
            _device.Return(_memory, _paddedBytes);
        _memory = null;
        GC.SuppressFinalize(this);
    }

    private void CopyAndWait(byte* host, long offset, int bytes, bool isToHost)
    {
        if (bytes == 0)
            return;
        using CPUMemoryBuffer copies = CPUMemoryBuffer.Create(_device.Accelerator, (nint)host, bytes, 1);
        Copy(copies.AsRawArrayView(), offset, isToHost);
        _device.Synchronize();
    }

    private void Copy(in ArrayView<byte> host, long offset, bool isToHost)
    {
        try
        {
            if (isToHost)
                Memory.CopyTo(_device.Stream, offset, host);
            else
                Memory.CopyFrom(_device.Stream, host, offset);
        }
        catch (AcceleratorException error)
        {
            throw _device.Failed("failed to copy", error);
        }
    }
}
