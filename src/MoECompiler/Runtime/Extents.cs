using System.Runtime.CompilerServices;

namespace MoECompiler;

/// <summary>The extents of a view, outermost first; at most six, held in place so that a view needs no allocation.</summary>
public readonly struct Extents : IEquatable<Extents>
{
    /// <summary>The most axes a view can have.</summary>
    public const int MaximumRank = 6;

    [InlineArray(MaximumRank)]
    private struct Items
    {
        private int _first;
    }

    private readonly Items _items;

    public Extents(params ReadOnlySpan<int> extents)
    {
        if (extents.Length > MaximumRank)
            throw new ShapeException($"A view has at most {MaximumRank} extents, not {extents.Length}.");
        Rank = extents.Length;
        for (int i = 0; i < extents.Length; i++)
        {
            if (extents[i] < 0)
                throw new ShapeException($"Extent {i} is {extents[i]}; an extent is 0 or more.");
            _items[i] = extents[i];
        }
    }

    public int Rank { get; }

    public int this[int axis] => (uint)axis < (uint)Rank ? _items[axis] : throw new ArgumentOutOfRangeException(nameof(axis));

    /// <summary>The number of elements: 1 for a scalar.</summary>
    public long Count
    {
        get
        {
            long count = 1;
            for (int i = 0; i < Rank; i++)
                count *= _items[i];
            return count;
        }
    }

    /// <summary>The innermost extent; 1 for a scalar.</summary>
    public int Columns => Rank == 0 ? 1 : _items[Rank - 1];

    /// <summary>The product of all extents but the innermost.</summary>
    public long Rows
    {
        get
        {
            long rows = 1;
            for (int i = 0; i + 1 < Rank; i++)
                rows *= _items[i];
            return rows;
        }
    }

    public bool Equals(Extents other)
    {
        if (Rank != other.Rank)
            return false;
        for (int i = 0; i < Rank; i++)
        {
            if (_items[i] != other._items[i])
                return false;
        }
        return true;
    }

    public override bool Equals(object? obj) => obj is Extents other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(Rank, Count, Columns);

    public int[] ToArray()
    {
        int[] extents = new int[Rank];
        for (int i = 0; i < Rank; i++)
            extents[i] = _items[i];
        return extents;
    }

    /// <summary>The extents of <paramref name="count"/> such things: one axis more, the outermost.</summary>
    internal Extents After(int count)
    {
        Span<int> extents = stackalloc int[MaximumRank];
        extents[0] = count;
        ToSpan(extents[1..]);
        return new Extents(extents[..(Rank + 1)]);
    }

    /// <summary>The extents in <paramref name="storage"/>.</summary>
    internal ReadOnlySpan<int> ToSpan(Span<int> storage)
    {
        for (int i = 0; i < Rank; i++)
            storage[i] = _items[i];
        return storage[..Rank];
    }

    public override string ToString() => $"[{string.Join(", ", ToArray())}]";
}
