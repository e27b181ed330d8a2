namespace MoECompiler;

/// <summary>Memory on a device. Views look into it; it must outlive them.</summary>
public abstract class Buffer : IDisposable
{
    protected Buffer(Device device, long bytes)
    {
        Device = device;
        Bytes = bytes;
    }

    public Device Device { get; }

    public long Bytes { get; }

    /// <summary>The address of the first byte, where the host can read it.</summary>
    /// <exception cref="ObjectDisposedException">The buffer is disposed.</exception>
    /// <exception cref="NotSupportedException">The memory is a GPU's: <see cref="Read"/> and <see cref="Write"/> copy it.</exception>
    public abstract nint Address { get; }

    /// <summary>Whether <see cref="Address"/> gives an address.</summary>
    internal virtual bool IsHostVisible => true;

    /// <summary>Copies bytes from <paramref name="offset"/> on to the host; what runs on the device is waited for.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The buffer ends before.</exception>
    public abstract void Read(long offset, Span<byte> destination);

    /// <summary>Copies bytes of the host to <paramref name="offset"/>; the source may be changed at once.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The buffer ends before.</exception>
    public abstract void Write(long offset, ReadOnlySpan<byte> source);

    /// <summary>The buffer as elements of <typeparamref name="T"/>, from byte <paramref name="offset"/>.</summary>
    /// <exception cref="ShapeException">The extents need more bytes than there are.</exception>
    public View<T> View<T>(Extents extents, long offset = 0) where T : unmanaged => new(this, offset, extents);

    public abstract void Dispose();

    private protected void Require(long offset, int bytes)
    {
        if (offset < 0 || bytes > Bytes - offset)
            throw new ArgumentOutOfRangeException(nameof(offset), $"{bytes:N0} bytes at byte {offset:N0} of a buffer of {Bytes:N0}.");
    }
}
