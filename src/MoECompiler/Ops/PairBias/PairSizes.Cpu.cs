namespace MoECompiler.Ops;

/// <summary>The extents of a bias of pairs, and how pairs are shared out: in rows of up to <see cref="RowPairs"/> of one sample.</summary>
internal readonly struct PairSizes(View<float> distances, View<float> first, View<float> second)
{
    /// <summary>A multiple of the widest tile's columns.</summary>
    public const int RowPairs = 64;

    public int Samples { get; } = distances.Extents[0];

    /// <summary>How many points a sample has.</summary>
    public int Places { get; } = distances.Extents[1];

    public int Bells { get; } = first.Extents[1];

    public int Inner { get; } = first.Extents[0];

    public int Heads { get; } = second.Extents[0];

    /// <summary>The pairs of a sample.</summary>
    public int Pairs => Places * Places;

    private int RowsEach => (Pairs + RowPairs - 1) / RowPairs;

    public int Rows => checked(Samples * RowsEach);

    /// <summary>The sample of a row, and its pairs from the first to before the end.</summary>
    public (int Sample, int First, int End) Of(int row)
    {
        (int sample, int part) = Math.DivRem(row, RowsEach);
        return (sample, part * RowPairs, Math.Min(Pairs, (part + 1) * RowPairs));
    }
}

/// <summary>What is made of a panel of pairs, each of which is a lane: bells f32[K, lanes], and what is between the layers f32[N, lanes].</summary>
internal readonly unsafe struct PairPanel(
    PairSizes sizes, float* distances, float* known, float* means, float* deviations, float* firstBias, int width, float* room)
{
    /// <summary>The floats that it has in <c>room</c>.</summary>
    public static long SizeOf(in PairSizes sizes, int width) => (long)width * (2 + sizes.Bells + 2 * sizes.Inner);

    public float* Distances => room;

    /// <summary>1 for a pair of known points, else 0, past the last pair too.</summary>
    public float* Seen => room + width;

    public float* Bells => room + 2 * width;

    /// <summary>What the first layer gives.</summary>
    public float* Sums => Bells + (long)sizes.Bells * width;

    /// <summary>Gelu of it.</summary>
    public float* Inner => Sums + (long)sizes.Inner * width;

    /// <summary>Whether there is a pair of known points among the <paramref name="count"/> of a sample from <paramref name="pair"/> on.</summary>
    public bool Look(int sample, int pair, int count)
    {
        float* own = known + (long)sample * sizes.Places;
        bool any = false;
        for (int lane = 0; lane < width; lane++)
        {
            (int i, int j) = Math.DivRem(pair + lane, sizes.Places);
            bool isSeen = lane < count && own[i] > 0 && own[j] > 0;
            Seen[lane] = isSeen ? 1 : 0;
            Distances[lane] = isSeen ? distances[(long)sample * sizes.Pairs + pair + lane] : 0;
            any |= isSeen;
        }
        return any;
    }

    /// <summary>Bells, the first layer, whose matrix is packed, and Gelu.</summary>
    public void Compute<V>(float* first) where V : unmanaged, ILanes<V>
    {
        for (int k = 0; k < sizes.Bells; k++)
        {
            (V mean, V deviation) = (V.Of(means[k]), V.Of(MathF.Abs(deviations[k]) + Bell.Least));
            for (int lane = 0; lane < width; lane += V.Count)
            {
                V z = (V.Load(Distances + lane) - mean) / deviation;
                (V.Of(Bell.Height) * Lane.Exp(V.Of(-0.5f) * (z * z)) / deviation).Store(Bells + (long)k * width + lane);
            }
        }
        for (int i = 0; i < sizes.Inner; i++)
            new Span<float>(Sums + (long)i * width, width).Fill(firstBias[i]);
        AttentionTile.Multiply<V>(first, sizes.Inner, sizes.Bells, Bells, Sums, adds: true);
        for (long at = 0; at < (long)sizes.Inner * width; at += V.Count)
            Lane.Gelu(V.Load(Sums + at)).Store(Inner + at);
    }

    /// <summary>Packs a matrix for <see cref="AttentionTile.Multiply"/>, which sums over its columns; over its rows where it is <paramref name="turned"/>.</summary>
    public static void Pack(float* matrix, int rows, int columns, bool turned, float* to)
    {
        Operand<float> lines = new(matrix, columns, linesAreDepth: turned);
        (int count, int depth) = turned ? (columns, rows) : (rows, columns);
        for (int i = 0, tile; i < count; i += tile)
        {
            tile = Tile.RowsOf(count - i);
            Packing.Pack(lines, i, tile, tile, 0, depth, to + (long)i * depth);
        }
    }
}
