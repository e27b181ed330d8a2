namespace MoECompiler;

/// <summary>Memory that the kernels of one call hand to each other.</summary>
public abstract partial class GpuDevice
{
    private const long MinimumScratch = 1 << 20;

    private readonly List<Buffer> _outgrown = [];
    private Buffer? _scratch;

    /// <summary>
    /// Memory for so many elements of four bytes in so many parts. There is one for all: what a call leaves there is gone with the next
    /// call that asks.
    /// </summary>
    /// <exception cref="OutOfMemoryException">The device has not so much.</exception>
    internal ScratchParts Scratch(long elements, int parts = 1)
    {
        long bytes = 4 * elements + parts * ScratchParts.Alignment;
        if (_scratch is null || _scratch.Bytes < bytes)
        {
            Buffer larger = Allocate(Math.Max(bytes, _scratch is null ? MinimumScratch : 2 * _scratch.Bytes));

            // What is under way, or recorded, still uses the smaller one. As each is twice the one before, all of them are less than the
            // last.
            if (_scratch is not null)
                _outgrown.Add(_scratch);
            _scratch = larger;
        }
        return new ScratchParts(this, _scratch);
    }

    private void DisposeScratch()
    {
        _scratch?.Dispose();
        foreach (Buffer buffer in _outgrown)
            buffer.Dispose();
        _outgrown.Clear();
    }
}
