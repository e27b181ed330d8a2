namespace MoECompiler.Ops;

/// <summary>The extents of attention as its kernels take them, and which query sees which key.</summary>
internal readonly struct AttentionGrid(
    int samples, int queries, int keys, int heads, int kvHeads, int size, int valueSize, float scale, int isCausal, int biasRank, int hasLengths)
{
    public readonly int Samples = samples, Queries = queries, Keys = keys, Heads = heads, KvHeads = kvHeads, Size = size, ValueSize = valueSize;

    public readonly float Scale = scale;

    private readonly int _isCausal = isCausal, _biasRank = biasRank, _hasLengths = hasLengths;

    public static AttentionGrid Of(View<float> q, View<float> k, View<float> v, View<float>? bias, View<int>? lengths, int heads, int kvHeads, float scale, bool isCausal)
    {
        if (heads % kvHeads != 0)
            throw new ArgumentException($"{heads} heads cannot share {kvHeads} heads of keys and values in equal parts.");
        (int size, int valueSize) = (q.Columns / heads, v.Columns / kvHeads);
        return new AttentionGrid(
            q.Extents[0], q.Extents[1], k.Extents[1], heads, kvHeads, size, valueSize, scale == 0 ? 1 / MathF.Sqrt(size) : scale, isCausal ? 1 : 0,
            bias?.Rank ?? 0, lengths is null ? 0 : 1);
    }

    /// <summary>How many heads of queries share one of keys and values.</summary>
    public int Group => Heads / KvHeads;

    /// <summary>The first query that a key can be seen by.</summary>
    public int FirstQuery(int key) => _isCausal != 0 ? key : 0;

    /// <summary>How many keys of a sample there are to see.</summary>
    public int Length(ArrayView<int> lengths, int sample) =>
        _hasLengths == 0 ? Keys : IntrinsicMath.Max(0, IntrinsicMath.Min(lengths[sample], Keys));

    /// <summary>How many of them a query sees.</summary>
    public int Seen(int length, int query) => _isCausal != 0 ? IntrinsicMath.Min(length, query + 1) : length;

    /// <summary>The score of a query and a key by their product; -infinity where it is not seen, or there is no such query.</summary>
    public float Score(ArrayView<float> bias, int length, int sample, int head, int query, int key, float product)
    {
        if (query >= Queries || key >= Seen(length, query))
            return float.NegativeInfinity;
        float score = product * Scale;
        if (_biasRank != 0)
        {
            long matrix = _biasRank == 4 ? (long)sample * Heads + head : head;
            score += bias[(matrix * Queries + query) * Keys + key];
        }
        return score;
    }

    /// <summary>The number of a query among those of all samples and heads.</summary>
    public long QueryRow(int sample, int head, int query) => ((long)sample * Queries + query) * Heads + head;

    public long QueryAt(int sample, int head, int query) => QueryRow(sample, head, query) * Size;

    public long SlopeAt(int sample, int head, int query) => QueryRow(sample, head, query) * ValueSize;

    public long KeyAt(int sample, int kvHead, int key) => (((long)sample * Keys + key) * KvHeads + kvHead) * Size;

    public long ValueAt(int sample, int kvHead, int key) => (((long)sample * Keys + key) * KvHeads + kvHead) * ValueSize;
}

/// <summary>What a group does with four rows and some lines of attention: a thread has lines of its own, and then columns of its own.</summary>
internal static class AttentionFours
{
    /// <summary>The rows of a group: a line that is read counts for each.</summary>
    public const int Rows = 4;

    /// <summary>The lines whose products are in shared memory at once.</summary>
    public const int Lines = 128;

    /// <summary>The columns of the rows that are there, and no fewer than a group has threads.</summary>
    public const int Columns = RowGroup.MaximumThreads;

    /// <summary>How four of <paramref name="rows"/> are cut: a group each.</summary>
    public static int Blocks(int rows) => (rows + Rows - 1) / Rows;

    /// <summary>A column of up to four rows; 0 for those that there are not.</summary>
    public static Float4 Load(ArrayView<float> view, long first, long stride, int rows) => new(
        view[first], rows > 1 ? view[first + stride] : 0f, rows > 2 ? view[first + 2 * stride] : 0f, rows > 3 ? view[first + 3 * stride] : 0f);

    public static void Store(ArrayView<float> view, long first, long stride, int rows, Float4 value)
    {
        view[first] = value.X;
        if (rows > 1)
            view[first + stride] = value.Y;
        if (rows > 2)
            view[first + 2 * stride] = value.Z;
        if (rows > 3)
            view[first + 3 * stride] = value.W;
    }

    /// <summary>
    /// products[j] = row by line j, for four rows and each line that is this thread's. Every thread of the group must come; who reads another
    /// thread's products has to wait.
    /// </summary>
    public static void Multiply(
        ArrayView<float> x, long row, long rowStride, int rows, ArrayView<float> y, long line, long lineStride, int lines, int size, int aligned,
        ArrayView<Float4> staged, ArrayView<Float4> products)
    {
        for (int piece = 0; piece < size; piece += Columns)
        {
            int columns = IntrinsicMath.Min(Columns, size - piece);
            for (int i = Group.IdxX; i < (columns + 3) / 4 * 4; i += Group.DimX)
                staged[i] = i < columns ? Load(x, row + piece + i, rowStride, rows) : default;
            Intrinsics.Barrier();
            for (int j = Group.IdxX; j < lines; j += Group.DimX)
            {
                Float4 sum = piece == 0 ? default : products[j];
                for (int i = 0; i < columns; i += 4)
                {
                    Float4 four = Float4.Load(y, line + j * lineStride + piece, i, columns, aligned);
                    sum = Float4.MultiplyAdd(four.X, staged[i], sum);
                    sum = Float4.MultiplyAdd(four.Y, staged[i + 1], sum);
                    sum = Float4.MultiplyAdd(four.Z, staged[i + 2], sum);
                    sum = Float4.MultiplyAdd(four.W, staged[i + 3], sum);
                }
                products[j] = sum;
            }
            Intrinsics.Barrier();
        }
    }

    /// <summary>Adds up lines, each as often as a row's weight of it says: a thread has columns of its own.</summary>
    public static void AddUp(
        ArrayView<float> y, long line, long lineStride, int lines, int size, ArrayView<Float4> weights,
        ArrayView<float> sums, long row, long rowStride, int rows, Float4 kept)
    {
        for (int i = Group.IdxX; i < size; i += Group.DimX)
        {
            Float4 sum = Multiply(Load(sums, row + i, rowStride, rows), kept);
            for (int j = 0; j < lines; j++)
                sum = Float4.MultiplyAdd(y[line + j * lineStride + i], weights[j], sum);
            Store(sums, row + i, rowStride, rows, sum);
        }
    }

    /// <summary>Writes a number to the columns of up to four rows that are this thread's.</summary>
    public static void Clear(ArrayView<float> sums, long row, long rowStride, int rows, int size)
    {
        for (int i = Group.IdxX; i < size; i += Group.DimX)
            Store(sums, row + i, rowStride, rows, default);
    }

    public static Float4 Of(float value) => new(value, value, value, value);

    public static Float4 Multiply(Float4 left, Float4 right) => new(left.X * right.X, left.Y * right.Y, left.Z * right.Z, left.W * right.W);

    public static Float4 Max(Float4 left, Float4 right) => new(
        GpuMath.Max(left.X, right.X), GpuMath.Max(left.Y, right.Y), GpuMath.Max(left.Z, right.Z), GpuMath.Max(left.W, right.W));

    /// <summary>exp(value - level), where a level of -infinity, which is that of nothing, counts as 0.</summary>
    public static Float4 Exp(Float4 value, Float4 level) => new(Exp(value.X, level.X), Exp(value.Y, level.Y), Exp(value.Z, level.Z), Exp(value.W, level.W));

    public static float Exp(float value, float level) => GpuMath.Exp(value - (level == float.NegativeInfinity ? 0f : level));

    /// <summary>The greatest of the group's, to every thread; the memory is that of <see cref="Columns"/> and free again.</summary>
    public static Float4 GreatestOfGroup(Float4 value, ArrayView<Float4> memory)
    {
        memory[Group.IdxX] = value;
        for (int half = Group.DimX >> 1; half > 0; half >>= 1)
        {
            Intrinsics.Barrier();
            if (Group.IdxX < half)
                memory[Group.IdxX] = Max(memory[Group.IdxX], memory[Group.IdxX + half]);
        }
        Intrinsics.Barrier();
        Float4 greatest = memory[0];
        Intrinsics.Barrier();
        return greatest;
    }

    /// <summary>The sum over the group, to every thread.</summary>
    public static Float4 SumOfGroup(Float4 value, ArrayView<Float4> memory)
    {
        memory[Group.IdxX] = value;
        for (int half = Group.DimX >> 1; half > 0; half >>= 1)
        {
            Intrinsics.Barrier();
            if (Group.IdxX < half)
                memory[Group.IdxX] = Float4.Add(memory[Group.IdxX], memory[Group.IdxX + half]);
        }
        Intrinsics.Barrier();
        Float4 sum = memory[0];
        Intrinsics.Barrier();
        return sum;
    }
}
