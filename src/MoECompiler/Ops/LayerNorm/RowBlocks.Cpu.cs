using System.Runtime.InteropServices;

namespace MoECompiler.Ops;

/// <summary>
/// Memory for sums over rows that threads share out: rows go in blocks, each block adds up in a place of its own, and the blocks are added
/// in order. How many blocks there are depends on the rows only, and so do the bits of the sums.
/// </summary>
internal unsafe ref struct RowBlocks : IDisposable
{
    private float* _memory;

    public RowBlocks(int rows, int sums)
    {
        RowPartials shape = new(null, rows, sums);
        _memory = (float*)NativeMemory.Alloc((nuint)shape.Blocks * (nuint)sums, sizeof(float));
        Partial = new RowPartials(_memory, rows, sums);
    }

    public RowPartials Partial { get; }

    public void Dispose()
    {
        NativeMemory.Free(_memory);
        _memory = null;
    }
}

/// <summary>Where each block of rows adds up <paramref name="sums"/> numbers.</summary>
internal readonly unsafe struct RowPartials(float* memory, int rows, int sums)
{
    private const int MinimumRows = 16;
    private const int MaximumBlocks = 64;

    public int BlockRows => Math.Max(MinimumRows, (rows + MaximumBlocks - 1) / MaximumBlocks);

    public int Blocks => (rows + BlockRows - 1) / BlockRows;

    public int FirstRow(int block) => Math.Min(rows, block * BlockRows);

    /// <summary>The sums of a block, set to 0.</summary>
    public float* Clear(int block)
    {
        float* own = memory + (long)block * sums;
        new Span<float>(own, sums).Clear();
        return own;
    }

    /// <summary>Adds the blocks' sums from number <paramref name="first"/> on, in order.</summary>
    public void AddUp(float* total, int first, int count)
    {
        new Span<float>(total, count).Clear();
        for (int block = 0; block < Blocks; block++)
        {
            float* own = memory + (long)block * sums + first;
            for (int i = 0; i < count; i++)
                total[i] += own[i];
        }
    }
}
