using System.Runtime.CompilerServices;

namespace MoECompiler.Ops;

/// <summary>
/// A matrix as a product reads it: element (index, depth), where index is a row or a column of the result. Its lines lie in memory
/// one after the other, or wherever an order of tokens puts them. Lines in 4 bits are read by packing alone.
/// </summary>
internal readonly unsafe struct Operand<T> where T : unmanaged
{
    private readonly T* _data;
    private readonly long _stride;
    private readonly int* _order;
    private readonly ulong _inverseSlots;

    /// <param name="data">The first line.</param>
    /// <param name="stride">Elements from line to line.</param>
    /// <param name="linesAreDepth">A line holds all indices of one depth; else all depths of one index.</param>
    public Operand(T* data, long stride, bool linesAreDepth)
    {
        _data = data;
        _stride = stride;
        LinesAreDepth = linesAreDepth;
    }

    /// <summary>Line i is instead at order[i] / slots.</summary>
    public Operand(T* data, long stride, bool linesAreDepth, int* order, int slots) : this(data, stride, linesAreDepth)
    {
        _order = order;
        _inverseSlots = (1UL << 63) / (uint)slots + 1;
    }

    /// <param name="quantized">The lines, as rows.</param>
    /// <param name="linesAreDepth">A line holds all indices of one depth; else all depths of one index.</param>
    public Operand(Nf4Matrix quantized, bool linesAreDepth)
    {
        Quantized = quantized;
        LinesAreDepth = linesAreDepth;
    }

    private Operand(in Operand<T> operand, long line)
    {
        this = operand;
        if (_order is null)
            _data += line * _stride;
        else
            _order += line;
    }

    public bool LinesAreDepth { get; }

    /// <summary>Whether the lines follow each other at <see cref="Stride"/>, as elements.</summary>
    public bool IsRegular => _order is null && !Quantized.Exists;

    /// <summary>The lines where they are in 4 bits: there are no addresses of elements then.</summary>
    public Nf4Matrix Quantized { get; }

    /// <summary>From line to line, where there is no order.</summary>
    public long Stride => _stride;

    /// <summary>The same without the first lines.</summary>
    public Operand<T> From(long line) => new(this, line);

    /// <summary>A line's address.</summary>
    public T* this[long line]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _data + (_order is null ? line : Token(line)) * _stride;
    }

    /// <summary>order[line] / slots as a multiplication: (2n + 1) / 2 slots is never so near to the next integer that rounding the inverse up shows.</summary>
    private long Token(long line) => (long)Math.BigMul(2 * (ulong)_order[line] + 1, _inverseSlots, out _);
}
