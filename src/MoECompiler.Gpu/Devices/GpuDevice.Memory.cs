using Memory = ILGPU.Runtime.MemoryBuffer1D<byte, ILGPU.Stride1D.Dense>;

namespace MoECompiler;

/// <summary>The device's memory, and what is left of it.</summary>
public abstract partial class GpuDevice
{
    private long _heldBytes;

    /// <summary>The device's own memory.</summary>
    public abstract long MemoryBytes { get; }

    /// <summary>How much of it buffers of this object hold.</summary>
    public long HeldBytes => Interlocked.Read(ref _heldBytes);

    /// <summary>How much of it is free, as far as the driver tells: other programs take their share.</summary>
    public virtual long FreeBytes => Math.Max(0, MemoryBytes - HeldBytes);

    /// <summary>The most that one buffer may have.</summary>
    private protected virtual long MaximumBufferBytes => MemoryBytes;

    /// <exception cref="OutOfMemoryException">The device has not so much; the message says how much was asked and how much was free.</exception>
    public override Buffer Allocate(long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        return new GpuBuffer(this, bytes);
    }

    public override Buffer AllocateShared(long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        return new PinnedBuffer(this, bytes);
    }

    /// <summary>Memory of the device, zeroed.</summary>
    /// <param name="bytes">As asked, for the error.</param>
    /// <param name="paddedBytes">As needed.</param>
    /// <exception cref="OutOfMemoryException">The device has not so much.</exception>
    /// <exception cref="DeviceException">The device has failed.</exception>
    internal Memory Take(long bytes, long paddedBytes)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        Exception? error = null;
        if (TryTake(paddedBytes, ref error) is { } memory)
            return memory;
        // Buffers that nobody knows any more and nobody disposed of are worth a second try.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return TryTake(paddedBytes, ref error) ?? throw new OutOfMemoryException(
            $"{Name} has not the {bytes:N0} bytes that were asked for: of its {MemoryBytes:N0} bytes {FreeBytes:N0} are free"
            + $"{(MaximumBufferBytes < MemoryBytes ? $", and one buffer may have {MaximumBufferBytes:N0}" : "")}; this program holds {HeldBytes:N0}.",
            error);
    }

    /// <summary>Frees what <see cref="Take"/> gave.</summary>
    internal void Return(Memory memory, long paddedBytes)
    {
        Forget(paddedBytes);
        try
        {
            memory.Dispose();
        }
        // Of a device that has failed, the memory is gone already.
        catch (AcceleratorException)
        {
        }
    }

    /// <summary>Counts what ILGPU frees by itself.</summary>
    internal void Forget(long paddedBytes) => Interlocked.Add(ref _heldBytes, -paddedBytes);

    /// <summary>Locks pages of the host in its memory, so that the device copies them by itself; null where the driver cannot.</summary>
    internal virtual IDisposable? LockPages(nint address, long bytes) => null;

    /// <summary>Copies to the device's memory on the stream; the host's stays as it is until the device was waited for.</summary>
    /// <exception cref="DeviceException">The device has failed.</exception>
    internal void CopyIn(MemoryBuffer memory, long offset, nint host, long bytes)
    {
        try
        {
            EnqueueCopyIn(memory, offset, host, bytes);
        }
        catch (AcceleratorException error)
        {
            throw Failed("failed to copy", error);
        }
    }

    /// <summary>Copies from the device's memory on the stream; the host's is written to until the device was waited for.</summary>
    /// <exception cref="DeviceException">The device has failed.</exception>
    internal void CopyOut(MemoryBuffer memory, long offset, nint host, long bytes)
    {
        try
        {
            EnqueueCopyOut(memory, offset, host, bytes);
        }
        catch (AcceleratorException error)
        {
            throw Failed("failed to copy", error);
        }
    }

    private protected abstract void EnqueueCopyIn(MemoryBuffer memory, long offset, nint host, long bytes);

    private protected abstract void EnqueueCopyOut(MemoryBuffer memory, long offset, nint host, long bytes);

    private Memory? TryTake(long paddedBytes, ref Exception? error)
    {
        // Some drivers promise any amount and fail when it is used.
        if (paddedBytes > MaximumBufferBytes || paddedBytes > MemoryBytes - HeldBytes)
            return null;
        Memory? memory = null;
        try
        {
            memory = Accelerator.Allocate1D<byte>(paddedBytes);
            memory.MemSet(_stream, 0, 0, paddedBytes);
            Interlocked.Add(ref _heldBytes, paddedBytes);
            return memory;
        }
        catch (Exception cause) when (DeviceErrors.IsOutOfMemory(cause))
        {
            error = cause;
            memory?.Dispose();
            return null;
        }
        catch (AcceleratorException cause)
        {
            throw Failed($"failed to allocate {paddedBytes:N0} bytes", cause);
        }
    }
}
