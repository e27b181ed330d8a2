using System.Runtime.InteropServices;

namespace MoECompiler;

/// <summary>
/// The host's memory, page-locked where the driver can: the device copies it while the host goes on. Who looks at it waits for the copies
/// that are under way.
/// </summary>
internal sealed unsafe class PinnedBuffer : Buffer
{
    private readonly GpuDevice _device;
    private readonly long _paddedBytes;
    private void* _memory;
    private IDisposable? _lock;
    private bool _isPending;
    private long _waitsBefore;

    /// <exception cref="OutOfMemoryException">The host has not so much.</exception>
    public PinnedBuffer(GpuDevice device, long bytes) : base(device, bytes)
    {
        ObjectDisposedException.ThrowIf(device.IsDisposed, device);
        _device = device;
        long padded = checked((Math.Max(bytes, 1) + HostBuffer.Alignment - 1) / HostBuffer.Alignment * HostBuffer.Alignment);
        try
        {
            _memory = NativeMemory.AlignedAlloc((nuint)padded, HostBuffer.Alignment);
        }
        catch (OutOfMemoryException)
        {
            throw new OutOfMemoryException($"The host has not the {bytes:N0} bytes that were asked for.");
        }
        NativeMemory.Clear(_memory, (nuint)padded);
        GC.AddMemoryPressure(padded);
        _paddedBytes = padded;
        _lock = device.LockPages((nint)_memory, padded);
    }

    /// <summary>Views of <see cref="Device.New"/> are seldom disposed of.</summary>
    ~PinnedBuffer() => Free();

    public override nint Address
    {
        get
        {
            ObjectDisposedException.ThrowIf(_memory is null, this);
            if (_isPending)
            {
                _isPending = false;
                _device.SynchronizeAfter(_waitsBefore);
            }
            return (nint)_memory;
        }
    }

    /// <summary>Where a copy on the stream reads or writes, after those under way; <see cref="CopyBegan"/> follows it.</summary>
    public nint ForCopy(long offset)
    {
        ObjectDisposedException.ThrowIf(_memory is null, this);
        return (nint)_memory + (nint)offset;
    }

    /// <summary>From now on a copy is under way, until a wait that has not yet begun is over.</summary>
    public void CopyBegan() => (_waitsBefore, _isPending) = (_device.Synchronizations, true);

    public override void Read(long offset, Span<byte> destination)
    {
        Require(offset, destination.Length);
        new ReadOnlySpan<byte>((void*)(Address + (nint)offset), destination.Length).CopyTo(destination);
    }

    public override void Write(long offset, ReadOnlySpan<byte> source)
    {
        Require(offset, source.Length);
        source.CopyTo(new Span<byte>((void*)(Address + (nint)offset), source.Length));
    }

    public override void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        if (_memory is null)
            return;
        try
        {
            if (_isPending && !_device.IsDisposed)
                _device.SynchronizeAfter(_waitsBefore);
            _lock?.Dispose();
        }
        // A device that has failed, or that is being forgotten together with its buffers, copies no more.
        catch (Exception error) when (error is DeviceException or AcceleratorException or ObjectDisposedException)
        {
        }
        _lock = null;
        NativeMemory.AlignedFree(_memory);
        _memory = null;
        GC.RemoveMemoryPressure(_paddedBytes);
    }
}
