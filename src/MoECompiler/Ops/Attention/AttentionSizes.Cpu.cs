namespace MoECompiler.Ops;

/// <summary>The extents of attention, and what its scores are made of beside queries and keys.</summary>
internal readonly unsafe struct AttentionSizes
{
    private readonly float* _bias;
    private readonly int* _lengths;

    public AttentionSizes(View<float> q, View<float> k, View<float> v, View<float>? bias, View<int>? lengths, int heads, int kvHeads, float scale, bool isCausal)
    {
        if (heads % kvHeads != 0)
            throw new ArgumentException($"{heads} heads cannot share {kvHeads} heads of keys and values in equal parts.");
        (Samples, Queries, Keys) = (q.Extents[0], q.Extents[1], k.Extents[1]);
        (Heads, KvHeads, IsCausal) = (heads, kvHeads, isCausal);
        (Size, ValueSize) = (q.Columns / heads, v.Columns / kvHeads);
        Scale = scale == 0 ? 1 / MathF.Sqrt(Size) : scale;
        _bias = bias is { } added ? added.Pointer : null;
        HasBiasOfSamples = bias is { Rank: 4 };
        _lengths = lengths is { } bounds ? bounds.Pointer : null;
    }

    public int Samples { get; }

    public int Queries { get; }

    public int Keys { get; }

    public int Heads { get; }

    public int KvHeads { get; }

    /// <summary>The columns of a head of the queries and keys.</summary>
    public int Size { get; }

    /// <summary>The columns of a head of the values.</summary>
    public int ValueSize { get; }

    public float Scale { get; }

    public bool IsCausal { get; }

    public bool HasBias => _bias is not null;

    /// <summary>Whether each sample has a bias of its own.</summary>
    public bool HasBiasOfSamples { get; }

    /// <summary>How many heads of queries share one of keys and values.</summary>
    public int Group => Heads / KvHeads;

    /// <summary>How many keys a query sees.</summary>
    public int Seen(int sample, int query)
    {
        int seen = _lengths is null ? Keys : Math.Clamp(_lengths[sample], 0, Keys);
        return IsCausal ? Math.Min(seen, query + 1) : seen;
    }

    /// <summary>The bias of a sample's head, a line a query; turned, a line is what all queries have at one key.</summary>
    public Operand<float> Bias(int sample, int head, bool turned) => new(BiasOf(_bias, sample, head), Keys, linesAreDepth: !turned);

    /// <summary>Where the head's part begins of what has the extents of the bias.</summary>
    public float* BiasOf(float* bias, int sample, int head) => bias + ((HasBiasOfSamples ? (long)sample * Heads : 0) + head) * Queries * Keys;

    /// <summary>The number of a query among those of all samples and heads.</summary>
    public long QueryRow(int sample, int head, int query) => ((long)sample * Queries + query) * Heads + head;
}

/// <summary>One head of a sample's queries, keys, values or slopes: a line a place, as far apart as all heads are wide.</summary>
internal readonly unsafe struct AttentionHead(float* data, int places, int heads, int size, int sample, int head)
{
    private readonly float* _first = data + ((long)sample * places * heads + head) * size;

    /// <summary>From place to place.</summary>
    public long Stride => (long)heads * size;

    public float* this[int place] => _first + place * Stride;

    /// <summary>Packs places for <see cref="AttentionTile.Multiply"/>, which sums over a place's columns: its rows are places.</summary>
    public void PackPlaces(int first, int count, float* to)
    {
        Operand<float> lines = new(_first, Stride, linesAreDepth: false);
        for (int i = 0, tile; i < count; i += tile)
        {
            tile = Tile.RowsOf(count - i);
            Packing.Pack(lines, first + i, tile, tile, 0, size, to + (long)i * size);
        }
    }

    /// <summary>Packs places for <see cref="AttentionTile.Multiply"/>, which sums over them: its rows are columns.</summary>
    public void PackColumns(int first, int count, float* to)
    {
        Operand<float> lines = new(_first, Stride, linesAreDepth: true);
        for (int i = 0, tile; i < size; i += tile)
        {
            tile = Tile.RowsOf(size - i);
            Packing.Pack(lines, i, tile, tile, first, count, to + (long)i * count);
        }
    }

    /// <summary>Places as lanes: f32[size, width], 0 past the last.</summary>
    public void PackLanes(int first, int width, float* to) =>
        Packing.Pack(new Operand<float>(_first, Stride, linesAreDepth: false), first, Math.Min(width, places - first), width, 0, size, to);

    /// <summary>Writes places from lanes, f32[size, width].</summary>
    public void StoreLanes(float* lanes, int first, int width)
    {
        int count = Math.Min(width, places - first);
        for (int lane = 0; lane < count; lane++)
        {
            float* line = this[first + lane];
            for (int i = 0; i < size; i++)
                line[i] = lanes[i * width + lane];
        }
    }
}

/// <summary>
/// Products of some lines by two registers of lanes, which are places of the other side: sums, greatest and exponentials of scores then
/// go down the lines, a lane each, and no register is summed across.
/// </summary>
internal static unsafe class AttentionTile
{
    /// <summary>How many lines are worked on at once: what is made of them stays in the first-level cache.</summary>
    public const int Lines = 96;

    /// <summary>How many places a task has as lanes, if its heads are one: each packed line is used for so many.</summary>
    private const int LanesEach = 128;

    /// <summary>The lanes of a task, a multiple of the widest tile's.</summary>
    public static int LanesOf(int heads) => Math.Max(32, LanesEach / heads / 32 * 32);

    /// <summary>c f32[rows, lanes] becomes, or <paramref name="adds"/> to it, a f32[rows, depth] by b f32[depth, lanes].</summary>
    public static void Multiply<V>(float* a, int rows, int depth, float* b, float* c, bool adds) where V : unmanaged, ILanes<V>
    {
        int width = Tile.Columns<V>();
        for (int i = 0, tile; i < rows; i += tile)
        {
            tile = Tile.RowsOf(rows - i);
            Tile.Multiply<V, float>(tile, a + (long)i * depth, b, width, depth, c + (long)i * width, width, adds);
        }
    }

    /// <summary>0, 1, 2 and so on, to compare lanes with.</summary>
    public static void Number(float* lanes, int width)
    {
        for (int i = 0; i < width; i++)
            lanes[i] = i;
    }
}
