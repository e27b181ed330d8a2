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
    public abstract nint Address { get; }

    /// <summary>The buffer as elements of <typeparamref name="T"/>, from byte <paramref name="offset"/>.</summary>
    /// <exception cref="ShapeException">The extents need more bytes than there are.</exception>
    public View<T> View<T>(Extents extents, long offset = 0) where T : unmanaged => new(this, offset, extents);

    public abstract void Dispose();
}
