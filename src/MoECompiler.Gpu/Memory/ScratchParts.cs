namespace MoECompiler;

/// <summary>Memory that is given out part by part, with anything in it; each part begins on a cache line.</summary>
internal struct ScratchParts(GpuDevice gpu, Buffer buffer)
{
    public const int Alignment = HostBuffer.Alignment;

    private long _end;

    public ArrayView<T> Take<T>(long count) where T : unmanaged
    {
        long start = _end;
        _end += (count * Interop.SizeOf<T>() + Alignment - 1) / Alignment * Alignment;
        return gpu.Array(buffer.View<T>(new Extents(checked((int)count)), start));
    }
}
