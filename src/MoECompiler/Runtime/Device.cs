using MoECompiler.Training;

namespace MoECompiler;

/// <summary>What a model's memory lies on and its kernels run on.</summary>
public abstract partial class Device : IDisposable
{
    /// <summary>The device's kind and hardware, for people.</summary>
    public abstract string Name { get; }

    /// <summary>Zeroed memory that kernels work in: of a GPU its own, which the host reads and writes only by copies.</summary>
    /// <exception cref="OutOfMemoryException">The device has not so much; the message says how much was asked.</exception>
    public abstract Buffer Allocate(long bytes);

    /// <summary>Zeroed memory for what goes in and comes out of models: the host reads and writes it, the device copies it fast.</summary>
    /// <exception cref="OutOfMemoryException">There is not so much; the message says how much was asked.</exception>
    public abstract Buffer AllocateShared(long bytes);

    /// <summary>A new view of zeroes with shared memory of its own: see <see cref="AllocateShared"/>.</summary>
    public View<T> New<T>(params ReadOnlySpan<int> extents) where T : unmanaged
    {
        Extents all = new(extents);
        return AllocateShared(all.Count * System.Runtime.CompilerServices.Unsafe.SizeOf<T>()).View<T>(all);
    }

    /// <summary>A new view that holds <paramref name="elements"/>.</summary>
    /// <exception cref="ShapeException">The extents do not hold as many elements.</exception>
    public View<T> Upload<T>(ReadOnlySpan<T> elements, params ReadOnlySpan<int> extents) where T : unmanaged
    {
        View<T> view = New<T>(extents);
        if (view.Count != elements.Length)
            throw new ShapeException($"{view.Extents} holds {view.Count:N0} elements, not {elements.Length:N0}.");
        view.CopyFrom(elements);
        return view;
    }

    /// <summary>Zeroed memory that the host reads and writes and that takes none of the device's, or none that the system could not use otherwise.</summary>
    /// <exception cref="IOException">A file cannot be made.</exception>
    internal abstract Buffer AllocatePaged(long bytes, StatePaging paging);

    /// <summary>How many bytes of the device's memory so much paged state is brought in to, a page at a time; 0 where it is used where it lies.</summary>
    internal abstract long WindowBytes(long bytes, StatePaging paging);

    /// <summary>Whether what is remembered of tables that are trained by rows may be paged.</summary>
    internal abstract bool PagesRows { get; }

    /// <summary>What updates parameters that lie on the device.</summary>
    internal abstract Updater CreateUpdater(IReadOnlyList<TrainedParameter> trained, float gradientBound = float.PositiveInfinity);

    /// <summary>Sets elements to 0.</summary>
    /// <param name="values">32 or 16 bits each.</param>
    /// <param name="where">As many bytes: elements whose byte is not 0 are set.</param>
    internal abstract void Clear(FloatView values, View<byte> where);

    public abstract void Dispose();
}
