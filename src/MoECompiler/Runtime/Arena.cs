namespace MoECompiler;

/// <summary>The memory of a model's intermediate values: one buffer that grows to what a call asks for and is then used again.</summary>
public sealed class Arena(Device device) : IDisposable
{
    private Buffer _buffer = device.Allocate(0);

    /// <summary>The most bytes that any call has asked for, which is what the arena holds.</summary>
    public long PeakBytes { get; private set; }

    /// <summary>The bytes of a slot for elements of four bytes: the next slot begins on a cache line.</summary>
    public static long Bytes(params ReadOnlySpan<int> extents) => Bytes<float>(extents);

    /// <summary>The bytes of a slot: the next one begins on a cache line.</summary>
    public static unsafe long Bytes<T>(params ReadOnlySpan<int> extents) where T : unmanaged
    {
        long bytes = sizeof(T);
        foreach (int extent in extents)
            bytes = checked(bytes * extent);
        return (bytes + HostBuffer.Alignment - 1) / HostBuffer.Alignment * HostBuffer.Alignment;
    }

    /// <summary>The bytes of a slot that holds one after another of what needs <paramref name="bytes"/>.</summary>
    public static long Largest(params ReadOnlySpan<long> bytes)
    {
        long largest = 0;
        foreach (long each in bytes)
            largest = Math.Max(largest, each);
        return largest;
    }

    /// <summary>Makes room for <paramref name="bytes"/>. Views taken before are invalid where the arena had to grow.</summary>
    /// <exception cref="OutOfMemoryException">The device has not so much.</exception>
    public void Reserve(long bytes)
    {
        if (bytes <= PeakBytes)
            return;
        Buffer grown;
        try
        {
            // First away with the old one, so that old and new need not fit at once.
            _buffer.Dispose();
            grown = device.Allocate(bytes);
        }
        catch (OutOfMemoryException)
        {
            PeakBytes = 0;
            _buffer = device.Allocate(0);
            throw;
        }
        _buffer = grown;
        PeakBytes = bytes;
    }

    /// <summary>The reserved memory from byte <paramref name="offset"/>, holding what the last user of these bytes left.</summary>
    /// <exception cref="ShapeException">The extents need more bytes than are reserved.</exception>
    public View<T> View<T>(long offset, Extents extents) where T : unmanaged => _buffer.View<T>(extents, offset);

    public void Dispose() => _buffer.Dispose();
}
