namespace MoECompiler.Ops;

/// <summary>A thread's memory for a backward task: what a tile is made of and makes, and what its panels of lanes hold.</summary>
internal readonly unsafe struct AttentionRoom
{
    private readonly float* _panels;
    private readonly long _panelSize, _sumSize;

    /// <param name="sizes">The extents.</param>
    /// <param name="width">The lanes of a panel.</param>
    /// <param name="panels">How many panels the task has.</param>
    /// <param name="sumSize">The floats that a panel sums up.</param>
    public AttentionRoom(in AttentionSizes sizes, int width, int panels, long sumSize)
    {
        int columns = sizes.Size + sizes.ValueSize;
        (_panelSize, _sumSize) = ((long)width * (columns + 2), sumSize);
        Lines = ThreadTeam.Scratch(AttentionTile.Lines * (2L * columns + 3L * width) + width + panels * (_panelSize + _sumSize));
        Columns = Lines + AttentionTile.Lines * columns;
        Shares = Columns + AttentionTile.Lines * columns;
        Slopes = Shares + AttentionTile.Lines * width;
        Bias = Slopes + AttentionTile.Lines * width;
        Numbers = Bias + AttentionTile.Lines * width;
        _panels = Numbers + width;
        Width = width;
    }

    public int Width { get; }

    /// <summary>The lines of a tile, as rows of its two products.</summary>
    public float* Lines { get; }

    /// <summary>The same lines, as what is summed over.</summary>
    public float* Columns { get; }

    /// <summary>The shares of a tile's scores: f32[lines, lanes].</summary>
    public float* Shares { get; }

    /// <summary>The slopes of a tile's scores: f32[lines, lanes].</summary>
    public float* Slopes { get; }

    /// <summary>The bias of a tile's scores: f32[lines, lanes].</summary>
    public float* Bias { get; }

    /// <summary>0, 1, 2 and so on.</summary>
    public float* Numbers { get; }

    /// <summary>What is packed of a panel's places: queries and slopes with logarithm and level, or keys and values.</summary>
    public float* Panel(int panel) => _panels + panel * (_panelSize + _sumSize);

    public float* Sums(int panel) => Panel(panel) + _panelSize;
}

/// <summary>
/// The shares P of a tile of scores, computed again, and their slopes P (dy vᵀ - level): queries are lanes and keys lines, or the other way
/// round, so that what follows sums over lines.
/// </summary>
internal readonly unsafe struct AttentionSlopes(AttentionSizes sizes, float* q, float* k, float* v, float* logSum, float* level, float* dy)
{
    public AttentionHead Queries(int sample, int head) => new(q, sizes.Queries, sizes.Heads, sizes.Size, sample, head);

    /// <summary>The slopes of the results.</summary>
    public AttentionHead Up(int sample, int head) => new(dy, sizes.Queries, sizes.Heads, sizes.ValueSize, sample, head);

    public AttentionHead Keys(int sample, int kvHead) => new(k, sizes.Keys, sizes.KvHeads, sizes.Size, sample, kvHead);

    private AttentionHead Values(int sample, int kvHead) => new(v, sizes.Keys, sizes.KvHeads, sizes.ValueSize, sample, kvHead);

    public void Begin(in AttentionRoom room) => AttentionTile.Number(room.Numbers, room.Width);

    public void PackQueries(in AttentionRoom room, float* panel, int sample, int head, int query)
    {
        int width = room.Width;
        Queries(sample, head).PackLanes(query, width, panel);
        Up(sample, head).PackLanes(query, width, panel + sizes.Size * width);
        float* ends = panel + (sizes.Size + sizes.ValueSize) * width;
        new AttentionHead(logSum, sizes.Queries, sizes.Heads, 1, sample, head).PackLanes(query, width, ends);
        new AttentionHead(level, sizes.Queries, sizes.Heads, 1, sample, head).PackLanes(query, width, ends + width);
    }

    public void PackKeys(in AttentionRoom room, float* panel, int sample, int kvHead, int key)
    {
        Keys(sample, kvHead).PackLanes(key, room.Width, panel);
        Values(sample, kvHead).PackLanes(key, room.Width, panel + sizes.Size * room.Width);
    }

    public void PackQueryLines(in AttentionRoom room, int sample, int head, int query, int count)
    {
        Queries(sample, head).PackPlaces(query, count, room.Lines);
        Up(sample, head).PackPlaces(query, count, room.Lines + AttentionTile.Lines * sizes.Size);
    }

    public void PackKeyLines(in AttentionRoom room, int sample, int kvHead, int key, int count)
    {
        Keys(sample, kvHead).PackPlaces(key, count, room.Lines);
        Values(sample, kvHead).PackPlaces(key, count, room.Lines + AttentionTile.Lines * sizes.Size);
    }

    /// <summary>A tile of keys by a panel of queries.</summary>
    public void OfQueryLanes<V>(in AttentionRoom room, float* panel, int sample, int head, int query, int key, int count) where V : unmanaged, ILanes<V>
    {
        Products<V>(room, panel, count);
        int width = room.Width;
        if (sizes.HasBias)
            Packing.Pack(sizes.Bias(sample, head, turned: true), query, Math.Min(width, sizes.Queries - query), width, key, count, room.Bias);
        float* ends = panel + (sizes.Size + sizes.ValueSize) * width;
        for (int lane = 0; lane < width; lane += V.Count)
        {
            V number = V.Load(room.Numbers + lane);
            (V logarithm, V height) = (V.Load(ends + lane), V.Load(ends + width + lane));
            for (int i = 0; i < count; i++)
            {
                V share = Slope<V>(room, i * width + lane, logarithm, height, out V slope);
                if (sizes.IsCausal)
                    (share, slope) = (Hide(V.Of(key + i - query), number, share), Hide(V.Of(key + i - query), number, slope));
                share.Store(room.Shares + i * width + lane);
                slope.Store(room.Slopes + i * width + lane);
            }
        }
    }

    /// <summary>A tile of queries by a panel of keys.</summary>
    public void OfKeyLanes<V>(in AttentionRoom room, float* panel, int sample, int head, int key, int query, int count) where V : unmanaged, ILanes<V>
    {
        Products<V>(room, panel, count);
        int width = room.Width;
        if (sizes.HasBias)
            Packing.Pack(sizes.Bias(sample, head, turned: false), key, Math.Min(width, sizes.Keys - key), width, query, count, room.Bias);
        for (int i = 0; i < count; i++)
        {
            long row = sizes.QueryRow(sample, head, query + i);
            (V logarithm, V height) = (V.Of(logSum[row]), V.Of(level[row]));
            V last = V.Of(sizes.Seen(sample, query + i) - 1 - key);
            for (int lane = 0; lane < width; lane += V.Count)
            {
                V number = V.Load(room.Numbers + lane);
                V share = Slope<V>(room, i * width + lane, logarithm, height, out V slope);
                Hide(number, last, share).Store(room.Shares + i * width + lane);
                Hide(number, last, slope).Store(room.Slopes + i * width + lane);
            }
        }
    }

    /// <summary>q kᵀ where the shares will be, dy vᵀ where the slopes will be.</summary>
    private void Products<V>(in AttentionRoom room, float* panel, int count) where V : unmanaged, ILanes<V>
    {
        AttentionTile.Multiply<V>(room.Lines, count, sizes.Size, panel, room.Shares, adds: false);
        float* more = room.Lines + AttentionTile.Lines * sizes.Size;
        AttentionTile.Multiply<V>(more, count, sizes.ValueSize, panel + sizes.Size * room.Width, room.Slopes, adds: false);
    }

    private V Slope<V>(in AttentionRoom room, int at, V logarithm, V height, out V slope) where V : unmanaged, ILanes<V>
    {
        V score = V.Load(room.Shares + at) * V.Of(sizes.Scale);
        if (sizes.HasBias)
            score += V.Load(room.Bias + at);

        // A logarithm of -infinity is that of nothing: each score is -infinity, too.
        V share = Lane.Exp(score - V.SelectGreater(logarithm, V.Of(float.NegativeInfinity), logarithm, V.Zero));
        slope = share * (V.Load(room.Slopes + at) - height);
        return share;
    }

    /// <summary>0 where one number is greater than the other.</summary>
    private static V Hide<V>(V number, V last, V value) where V : unmanaged, ILanes<V> => V.SelectGreater(number, last, V.Zero, value);
}
