namespace MoECompiler;

/// <summary>Elements of a view as they come to the host, some at a time.</summary>
/// <param name="elements">Valid within the call.</param>
/// <param name="first">The number of the first of them in the view.</param>
internal delegate void ReadElements<T>(ReadOnlySpan<T> elements, long first);

/// <summary>Elements of a view to be written by the host, some at a time.</summary>
/// <param name="elements">To be overwritten, all of them.</param>
/// <param name="first">The number of the first of them in the view.</param>
internal delegate void WriteElements<T>(Span<T> elements, long first);

/// <summary>
/// The host's work on views of any size in any memory: its own in place, a GPU's by way of a copy of one block, so that a model is never
/// twice in the host's memory.
/// </summary>
internal static unsafe class HostBlocks
{
    /// <summary>The most bytes of a block.</summary>
    public const int Bytes = 1 << 24;

    /// <summary>Reads all elements in order.</summary>
    public static void Read<T>(View<T> view, ReadElements<T> read, int maximumBytes = Bytes) where T : unmanaged
    {
        T[]? copy = view.Buffer.IsHostVisible ? null : New(view, maximumBytes);
        for (long first = 0; first < view.Count; first += maximumBytes / sizeof(T))
        {
            int count = (int)Math.Min(maximumBytes / sizeof(T), view.Count - first);
            if (copy is not null)
                view.Part(first, new Extents(count)).CopyTo(copy.AsSpan(0, count));
            read(copy is null ? new ReadOnlySpan<T>(view.Pointer + first, count) : copy.AsSpan(0, count), first);
        }
        GC.KeepAlive(view.Buffer);
    }

    /// <summary>Overwrites all elements in order.</summary>
    public static void Write<T>(View<T> view, WriteElements<T> write, int maximumBytes = Bytes) where T : unmanaged
    {
        T[]? copy = view.Buffer.IsHostVisible ? null : New(view, maximumBytes);
        for (long first = 0; first < view.Count; first += maximumBytes / sizeof(T))
        {
            int count = (int)Math.Min(maximumBytes / sizeof(T), view.Count - first);
            write(copy is null ? new Span<T>(view.Pointer + first, count) : copy.AsSpan(0, count), first);
            if (copy is not null)
                view.Part(first, new Extents(count)).CopyFrom(copy.AsSpan(0, count));
        }
        GC.KeepAlive(view.Buffer);
    }

    private static T[] New<T>(View<T> view, int maximumBytes) where T : unmanaged => new T[Math.Min(maximumBytes / sizeof(T), view.Count)];
}
