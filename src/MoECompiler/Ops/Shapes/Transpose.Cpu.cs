namespace MoECompiler.Ops;

public static unsafe partial class Kernels
{
    /// <summary>y = x with its axes in another order: axis i of y is axis Order[i] of x.</summary>
    public static void Transpose(CpuDevice cpu, View<float> x, View<float> y, ReadOnlySpan<int> Order)
    {
        if (y.Count == 0)
            return;
        TransposeLoop loop = new(x.Pointer, y.Pointer, x.Extents, Order);
        cpu.RunRows(loop, loop.Pieces, 2L * loop.PieceElements);
    }
}

/// <summary>
/// A transposition on as few axes as there can be. Where the innermost axis stays, rows are copied; else the innermost axis of x and that
/// of y span a plane that is turned in tiles, so that both sides use the cache lines they touch.
/// </summary>
internal unsafe struct TransposeLoop : IRowKernel
{
    private const int MaximumRank = Extents.MaximumRank;
    private const int Tile = SixteenLanes.Count;

    /// <summary>Some tiles side by side: each visit to a page of memory is worth more.</summary>
    private const int Band = 4 * Tile;

    private readonly float* _x;
    private readonly float* _y;
    private int _rank;

    /// <summary>By axis of y: its extent, and the strides of x and of y along it.</summary>
    private fixed int _extents[MaximumRank];
    private fixed long _from[MaximumRank];
    private fixed long _to[MaximumRank];

    /// <summary>The axis of y along which x is contiguous.</summary>
    private int _turned;

    public TransposeLoop(float* x, float* y, Extents extents, ReadOnlySpan<int> order)
    {
        _x = x;
        _y = y;
        Span<long> strides = stackalloc long[MaximumRank];
        long stride = 1;
        for (int axis = extents.Rank - 1; axis >= 0; axis--)
        {
            strides[axis] = stride;
            stride *= extents[axis];
        }
        foreach (int axis in order)
            Add(extents[axis], strides[axis]);
        stride = 1;
        for (int axis = _rank - 1; axis >= 0; axis--)
        {
            _to[axis] = stride;
            stride *= _extents[axis];
            if (_from[axis] == 1)
                _turned = axis;
        }
    }

    /// <summary>How many elements of y a piece has: a row, or a band of tiles.</summary>
    public readonly int PieceElements => IsCopy ? Innermost : Math.Min(Band, _extents[_turned]) * Innermost;

    public readonly int Pieces
    {
        get
        {
            int pieces = IsCopy ? 1 : Bands;
            for (int axis = 0; axis + 1 < _rank; axis++)
            {
                if (IsCopy || axis != _turned)
                    pieces = checked(pieces * _extents[axis]);
            }
            return pieces;
        }
    }

    private readonly bool IsCopy => _rank == 0 || _turned == _rank - 1;

    private readonly int Innermost => _rank == 0 ? 1 : _extents[_rank - 1];

    private readonly int Bands => (_extents[_turned] + Band - 1) / Band;

    public readonly void Run<V>(int first, int end) where V : unmanaged, ILanes<V>
    {
        for (int piece = first; piece < end; piece++)
        {
            int band = 0;
            int index = piece;
            if (!IsCopy)
                (index, band) = Math.DivRem(piece, Bands);
            float* from = _x, to = _y;
            for (int axis = _rank - 2; axis >= 0; axis--)
            {
                if (!IsCopy && axis == _turned)
                    continue;
                (index, int at) = Math.DivRem(index, _extents[axis]);
                from += at * _from[axis];
                to += at * _to[axis];
            }
            if (IsCopy)
                new ReadOnlySpan<float>(from, Innermost).CopyTo(new Span<float>(to, Innermost));
            else
                Turn<V>(from + band * Band, to + band * Band * _to[_turned], Math.Min(Band, _extents[_turned] - band * Band));
        }
    }

    /// <summary>A band: <paramref name="width"/> contiguous elements of x at each index of the innermost axis of y.</summary>
    private readonly void Turn<V>(float* from, float* to, int width) where V : unmanaged, ILanes<V>
    {
        float* tile = stackalloc float[Tile * Tile];
        (long fromStride, long toStride) = (_from[_rank - 1], _to[_turned]);
        for (int start = 0; start < Innermost; start += Tile)
        {
            int height = Math.Min(Tile, Innermost - start);
            for (int i = 0; i < width; i += Tile)
                TurnTile<V>(from + start * fromStride + i, fromStride, to + i * toStride + start, toStride, height, Math.Min(Tile, width - i), tile);
        }
    }

    /// <summary>Through memory of the tile's own, so that a power of two between its rows does not put them all in one set of the cache.</summary>
    private static void TurnTile<V>(float* from, long fromStride, float* to, long toStride, int height, int width, float* tile)
        where V : unmanaged, ILanes<V>
    {
        for (int j = 0; j < height; j++, from += fromStride)
            Part.Load<V>(from, width, 0).Store(tile + j * Tile);
        for (int i = 0; i < width; i++, to += toStride)
        {
            for (int j = 0; j < height; j++)
                to[j] = tile[j * Tile + i];
        }
    }

    /// <summary>Adds an axis of y; one that x walks on with from the last is made one with it.</summary>
    private void Add(int extent, long from)
    {
        if (extent == 1)
            return;
        if (_rank > 0 && _from[_rank - 1] == from * extent)
        {
            _extents[_rank - 1] = checked(_extents[_rank - 1] * extent);
            _from[_rank - 1] = from;
            return;
        }
        (_extents[_rank], _from[_rank]) = (extent, from);
        _rank++;
    }
}
