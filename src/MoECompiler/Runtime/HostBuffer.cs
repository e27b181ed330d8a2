using System.Runtime.InteropServices;

namespace MoECompiler;

/// <summary>Native memory of the host, zeroed, aligned to a cache line.</summary>
internal sealed unsafe class HostBuffer : Buffer
{
    public const int Alignment = 64;

    /// <summary>From so many bytes on a buffer lies on large pages, where the system has them.</summary>
    private const long LeastForLargePages = 2 * LargePages.Bytes;

    private void* _memory;

    public HostBuffer(Device device, long bytes) : base(device, bytes)
    {
        try
        {
            _memory = NativeMemory.AlignedAlloc((nuint)Math.Max(bytes, Alignment), (nuint)(bytes < LeastForLargePages ? Alignment : LargePages.Bytes));
        }
        catch (OutOfMemoryException)
        {
            throw new OutOfMemoryException($"The host has not the {bytes:N0} bytes that were asked for.");
        }
        if (bytes >= LeastForLargePages)
            LargePages.Ask(_memory, bytes);
        NativeMemory.Clear(_memory, (nuint)bytes);
        GC.AddMemoryPressure(Math.Max(bytes, 1));
    }

    ~HostBuffer() => Free();

    public override nint Address
    {
        get
        {
            ObjectDisposedException.ThrowIf(_memory is null, this);
            return (nint)_memory;
        }
    }

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
        NativeMemory.AlignedFree(_memory);
        _memory = null;
        GC.RemoveMemoryPressure(Math.Max(Bytes, 1));
    }
}
