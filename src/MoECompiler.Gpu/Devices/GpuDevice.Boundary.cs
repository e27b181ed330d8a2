namespace MoECompiler;

/// <summary>What comes into a model and goes out of it: copies on the stream, which nothing waits for.</summary>
public abstract partial class GpuDevice
{
    /// <summary>The view itself where it lies on this device, else a copy of it in a slot of the arena.</summary>
    public View<T> Import<T>(View<T> given, Arena arena, long slot) where T : unmanaged
    {
        if (IsHere(given))
            return given;
        View<T> here = arena.View<T>(slot, given.Extents);
        Copy(given, here);
        return here;
    }

    /// <summary>Where a result is computed: the view itself where it lies on this device, else a slot of the arena.</summary>
    public View<T> Place<T>(View<T> given, Arena arena, long slot) where T : unmanaged => IsHere(given) ? given : arena.View<T>(slot, given.Extents);

    /// <summary>Copies a computed result to where the caller wants it, unless it was computed right there.</summary>
    public void Export<T>(View<T> computed, View<T> given) where T : unmanaged
    {
        if (!IsHere(given))
            Copy(computed, given);
    }

    private bool IsHere<T>(View<T> view) where T : unmanaged => view.Buffer.Device == this && view.Buffer is not PinnedBuffer;

    /// <summary>Copies between this device and the host; what lies in memory of <see cref="AllocateShared"/> is copied on the stream.</summary>
    internal unsafe void Copy<T>(View<T> from, View<T> to) where T : unmanaged
    {
        long bytes = from.Count * sizeof(T);
        if (from.Buffer is PinnedBuffer source && source.Device == this && to.Buffer is GpuBuffer destination)
            destination.CopyFrom(source, from.Offset, to.Offset, bytes);
        else if (from.Buffer is GpuBuffer computed && to.Buffer is PinnedBuffer result && result.Device == this)
            computed.CopyTo(result, to.Offset, from.Offset, bytes);
        else if (to.Buffer is GpuBuffer)
            to.CopyFrom(from.Span);
        else
            from.CopyTo(to.Span);
    }
}
