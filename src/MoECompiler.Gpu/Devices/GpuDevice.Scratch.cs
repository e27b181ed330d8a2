namespace MoECompiler;

/// <summary>Memory that the kernels of one call hand to each other.</summary>
public abstract partial class GpuDevice
{
    private const long MinimumScratch = 1 << 20;

    private readonly List<GpuBuffer> _outgrown = [];
    private GpuBuffer? _scratch;

    /// <summary>
    /// Memory for <paramref name="count"/> elements, with anything in it. There is one for all: what a call leaves there is gone with the
    /// next call that asks.
    /// </summary>
    /// <exception cref="OutOfMemoryException">The device has not so much.</exception>
    internal ArrayView<T> Scratch<T>(long count) where T : unmanaged
    {
        long bytes = count * Interop.SizeOf<T>();
        if (_scratch is null || _scratch.Bytes < bytes)
        {
            GpuBuffer larger = new(this, Math.Max(bytes, _scratch is null ? MinimumScratch : 2 * _scratch.Bytes));

            // What is under way, or recorded, still uses the smaller one. As each is twice the one before, all of them are less than the last.
            if (_scratch is not null)
                _outgrown.Add(_scratch);
            _scratch = larger;
        }
        return _scratch.Array<T>(0, count);
    }

    private void DisposeScratch()
    {
        _scratch?.Dispose();
        foreach (GpuBuffer buffer in _outgrown)
            buffer.Dispose();
        _outgrown.Clear();
    }
}
