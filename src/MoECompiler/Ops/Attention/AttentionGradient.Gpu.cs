namespace MoECompiler.Ops;

public static partial class GpuKernels
{
    /// <summary>The gradients with respect to q, k and v; see <see cref="Ops.AttentionGradient"/>.</summary>
    public static void AttentionGradient(
        GpuDevice gpu, View<float> q, View<float> k, View<float> v, View<float> logSum, View<float> level, View<float> dy,
        View<float> dq, View<float> dk, View<float> dv, int Heads, int KvHeads, float Scale, bool IsCausal) =>
        AttentionGradientOf(gpu, q, k, v, null, null, logSum, level, dy, dq, dk, dv, Heads, KvHeads, Scale, IsCausal);

    /// <inheritdoc cref="AttentionGradient(GpuDevice, View{float}, View{float}, View{float}, View{float}, View{float}, View{float}, View{float}, View{float}, View{float}, int, int, float, bool)"/>
    public static void AttentionGradient(
        GpuDevice gpu, View<float> q, View<float> k, View<float> v, View<float> bias, View<float> logSum, View<float> level, View<float> dy,
        View<float> dq, View<float> dk, View<float> dv, int Heads, int KvHeads, float Scale, bool IsCausal) =>
        AttentionGradientOf(gpu, q, k, v, bias, null, logSum, level, dy, dq, dk, dv, Heads, KvHeads, Scale, IsCausal);

    /// <inheritdoc cref="AttentionGradient(GpuDevice, View{float}, View{float}, View{float}, View{float}, View{float}, View{float}, View{float}, View{float}, View{float}, int, int, float, bool)"/>
    public static void AttentionGradient(
        GpuDevice gpu, View<float> q, View<float> k, View<float> v, View<int> lengths, View<float> logSum, View<float> level, View<float> dy,
        View<float> dq, View<float> dk, View<float> dv, int Heads, int KvHeads, float Scale, bool IsCausal) =>
        AttentionGradientOf(gpu, q, k, v, null, lengths, logSum, level, dy, dq, dk, dv, Heads, KvHeads, Scale, IsCausal);

    /// <inheritdoc cref="AttentionGradient(GpuDevice, View{float}, View{float}, View{float}, View{float}, View{float}, View{float}, View{float}, View{float}, View{float}, int, int, float, bool)"/>
    public static void AttentionGradient(
        GpuDevice gpu, View<float> q, View<float> k, View<float> v, View<float> bias, View<int> lengths, View<float> logSum, View<float> level, View<float> dy,
        View<float> dq, View<float> dk, View<float> dv, int Heads, int KvHeads, float Scale, bool IsCausal) =>
        AttentionGradientOf(gpu, q, k, v, bias, lengths, logSum, level, dy, dq, dk, dv, Heads, KvHeads, Scale, IsCausal);

    private static void AttentionGradientOf(
        GpuDevice gpu, View<float> q, View<float> k, View<float> v, View<float>? bias, View<int>? lengths, View<float> logSum, View<float> level, View<float> dy,
        View<float> dq, View<float> dk, View<float> dv, int heads, int kvHeads, float scale, bool isCausal)
    {
        AttentionGrid grid = AttentionGrid.Of(q, k, v, bias, lengths, heads, kvHeads, scale, isCausal);
        bool areWide = grid.Size % 4 == 0 && grid.ValueSize % 4 == 0;
        Launch(q, dy, k, v, grid.Queries, heads, dq, dq, rowsAreKeys: 0);
        Launch(k, v, q, dy, grid.Keys, kvHeads, dk, dv, rowsAreKeys: 1);

        void Launch(View<float> x, View<float> moreX, View<float> y, View<float> moreY, int rows, int rowHeads, View<float> sums, View<float> moreSums, int rowsAreKeys) =>
            gpu.Launch(
                AttentionSlopesOfRows,
                gpu.PerRow(
                    (long)grid.Samples * rowHeads * AttentionFours.Blocks(rows), grid.ValueSize,
                    flops: 2L * grid.Keys * ((2 + rowsAreKeys) * q.Count + (1 + rowsAreKeys) * dy.Count),
                    bytes: 4 * (q.Count + k.Count + v.Count + dy.Count + 2 * logSum.Count + sums.Count + rowsAreKeys * moreSums.Count)),
                gpu.Array(x), gpu.Array(moreX), gpu.Array(y), gpu.Array(moreY), gpu.Array(logSum), gpu.Array(level), gpu.Array(bias ?? q),
                lengths is { } some ? gpu.Array(some) : gpu.Array(q).Cast<int>(), gpu.Array(sums), gpu.Array(moreSums), grid, rowsAreKeys,
                areWide && Single4.Fit(y, moreY) ? 1 : 0);
    }

    /// <summary>
    /// A group has four rows of a head and goes over the lines that they meet: rows are queries with the slopes of their results, lines keys
    /// with values, or the other way round. The shares P of their scores are computed again; the sum of lines by P (dy vᵀ - level) is the
    /// gradient of the rows, and that of slopes by P is the gradient of values.
    /// </summary>
    private static void AttentionSlopesOfRows(
        ArrayView<float> x, ArrayView<float> moreX, ArrayView<float> y, ArrayView<float> moreY, ArrayView<float> logSum, ArrayView<float> level,
        ArrayView<float> bias, ArrayView<int> lengths, ArrayView<float> sums, ArrayView<float> moreSums, AttentionGrid grid, int rowsAreKeys, int aligned)
    {
        ArrayView<Float4> shares = SharedMemory.Allocate<Float4>(AttentionFours.Lines);
        ArrayView<Float4> slopes = SharedMemory.Allocate<Float4>(AttentionFours.Lines);
        ArrayView<Float4> memory = SharedMemory.Allocate<Float4>(AttentionFours.Columns);
        int rowHeads = rowsAreKeys != 0 ? grid.KvHeads : grid.Heads, lineHeads = rowsAreKeys != 0 ? grid.Heads : grid.KvHeads;
        int allRows = rowsAreKeys != 0 ? grid.Keys : grid.Queries, allLines = rowsAreKeys != 0 ? grid.Queries : grid.Keys;
        int blocks = AttentionFours.Blocks(allRows);
        int matrix = Grid.IdxX / blocks;
        int row = (Grid.IdxX - matrix * blocks) * AttentionFours.Rows;
        int sample = matrix / rowHeads;
        int rowHead = matrix - sample * rowHeads;
        int rows = IntrinsicMath.Min(AttentionFours.Rows, allRows - row);
        int length = grid.Length(lengths, sample);
        long rowStride = (long)rowHeads * grid.Size, moreRowStride = (long)rowHeads * grid.ValueSize;
        long lineStride = (long)lineHeads * grid.Size, moreLineStride = (long)lineHeads * grid.ValueSize;
        long place = ((long)sample * allRows + row) * rowHeads + rowHead;
        (long at, long moreAt) = (place * grid.Size, place * grid.ValueSize);
        AttentionFours.Clear(sums, at, rowStride, rows, grid.Size);
        if (rowsAreKeys != 0)
            AttentionFours.Clear(moreSums, moreAt, moreRowStride, rows, grid.ValueSize);

        Float4 logarithm = rowsAreKeys != 0 ? default : AttentionFours.Load(logSum, place, grid.Heads, rows);
        Float4 height = rowsAreKeys != 0 ? default : AttentionFours.Load(level, place, grid.Heads, rows);
        int start = rowsAreKeys != 0 ? grid.FirstQuery(row) : 0;
        int end = rowsAreKeys == 0 ? grid.Seen(length, row + rows - 1) : row < length ? allLines : 0;
        int firstHead = rowsAreKeys != 0 ? rowHead * grid.Group : rowHead / grid.Group;
        int endHead = rowsAreKeys != 0 ? firstHead + grid.Group : firstHead + 1;
        for (int lineHead = firstHead; lineHead < endHead; lineHead++)
        {
            int head = rowsAreKeys != 0 ? lineHead : rowHead;
            for (int line = start; line < end; line += AttentionFours.Lines)
            {
                int lines = IntrinsicMath.Min(AttentionFours.Lines, end - line);
                long linePlace = ((long)sample * allLines + line) * lineHeads + lineHead;
                AttentionFours.Multiply(
                    x, at, rowStride, rows, y, linePlace * grid.Size, lineStride, lines, grid.Size, aligned, memory, shares);
                AttentionFours.Multiply(
                    moreX, moreAt, moreRowStride, rows, moreY, linePlace * grid.ValueSize, moreLineStride, lines, grid.ValueSize, aligned, memory, slopes);
                for (int j = Group.IdxX; j < lines; j += Group.DimX)
                {
                    if (rowsAreKeys != 0)
                    {
                        long queryRow = grid.QueryRow(sample, head, line + j);
                        (logarithm, height) = (AttentionFours.Of(logSum[queryRow]), AttentionFours.Of(level[queryRow]));
                    }
                    Float4 product = shares[j], slope = slopes[j];
                    Float4 score = rowsAreKeys != 0
                        ? new(
                            grid.Score(bias, length, sample, head, line + j, row, product.X), grid.Score(bias, length, sample, head, line + j, row + 1, product.Y),
                            grid.Score(bias, length, sample, head, line + j, row + 2, product.Z), grid.Score(bias, length, sample, head, line + j, row + 3, product.W))
                        : new(
                            grid.Score(bias, length, sample, head, row, line + j, product.X), grid.Score(bias, length, sample, head, row + 1, line + j, product.Y),
                            grid.Score(bias, length, sample, head, row + 2, line + j, product.Z), grid.Score(bias, length, sample, head, row + 3, line + j, product.W));
                    Float4 share = AttentionFours.Exp(score, logarithm);
                    shares[j] = share;
                    slopes[j] = new Float4(
                        grid.Scale * share.X * (slope.X - height.X), grid.Scale * share.Y * (slope.Y - height.Y),
                        grid.Scale * share.Z * (slope.Z - height.Z), grid.Scale * share.W * (slope.W - height.W));
                }
                Intrinsics.Barrier();
                AttentionFours.AddUp(y, linePlace * grid.Size, lineStride, lines, grid.Size, slopes, sums, at, rowStride, rows, AttentionFours.Of(1f));
                if (rowsAreKeys != 0)
                {
                    AttentionFours.AddUp(
                        moreY, linePlace * grid.ValueSize, moreLineStride, lines, grid.ValueSize, shares, moreSums, moreAt, moreRowStride, rows,
                        AttentionFours.Of(1f));
                }
                Intrinsics.Barrier();
            }
        }
    }
}
