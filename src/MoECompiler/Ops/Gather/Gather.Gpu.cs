namespace MoECompiler.Ops;

public static partial class GpuKernels
{
    /// <summary>The most parts of a table that rows are sorted by before they are added to it.</summary>
    private const int MaximumBuckets = 512;

    /// <summary>y[i] = row indices[i] of the table; a row of NaN for an index outside of it.</summary>
    public static void Gather(GpuDevice gpu, View<float> table, View<int> indices, View<float> y)
    {
        if (Single4.Fit(table, y))
            Gather<Single4>(gpu, table, indices, y);
        else
            Gather<Single1>(gpu, table, indices, y);
    }

    /// <inheritdoc cref="Gather(GpuDevice, View{float}, View{int}, View{float})"/>
    public static void Gather(GpuDevice gpu, View<Half> table, View<int> indices, View<float> y) =>
        GatherWide<F16>(gpu, gpu.Bits(table), indices, y, table.Extents[0]);

    /// <inheritdoc cref="Gather(GpuDevice, View{float}, View{int}, View{float})"/>
    public static void Gather(GpuDevice gpu, View<BFloat16> table, View<int> indices, View<float> y) =>
        GatherWide<BF16>(gpu, gpu.Bits(table), indices, y, table.Extents[0]);

    private static void GatherWide<T>(GpuDevice gpu, ArrayView<ushort> table, View<int> indices, View<float> y, int rows) where T : struct, INarrowFloat =>
        gpu.Launch(
            WideElementOfRow<T>, gpu.PerElement(y.Count, flops: y.Count, bytes: 6 * y.Count + 4 * indices.Count),
            table, gpu.Array(indices), gpu.Array(y), (uint)rows, (uint)y.Columns);

    private static void Gather<TVector>(GpuDevice gpu, View<float> table, View<int> indices, View<float> y)
        where TVector : unmanaged, IGpuVector<TVector>
    {
        (ArrayView<TVector> from, ArrayView<TVector> to) = (gpu.Array(table).Cast<TVector>(), gpu.Array(y).Cast<TVector>());
        gpu.Launch(
            ElementOfRow, gpu.PerElement(to.Length, bytes: 4 * (2 * y.Count + indices.Count)),
            from, gpu.Array(indices), to, (uint)table.Extents[0], ColumnsOf<TVector>(y));
    }

    /// <summary>
    /// y = 0, then row indices[i] of y += x[i]; an index outside of y adds nothing. The rows are sorted by parts of the table first, so that
    /// a row of the table looks only at those of its part.
    /// </summary>
    public static void ScatterRows(GpuDevice gpu, View<int> indices, View<float> x, View<float> y)
    {
        if (y.Count == 0)
            return;
        int rows = y.Extents[0];
        int shift = 0;
        while ((rows - 1) >> shift >= MaximumBuckets)
            shift++;
        int buckets = ((rows - 1) >> shift) + 1;
        int count = checked((int)indices.Count);
        ColumnPlan plan = ColumnPlan.Of(gpu, rows, count / rows, y.Columns);
        ScratchParts scratch = gpu.Scratch(3L * count + buckets + 1 + plan.Partials, parts: 5);
        ArrayView<int> bucket = scratch.Take<int>(count), order = scratch.Take<int>(count), position = scratch.Take<int>(count);
        ArrayView<int> offsets = scratch.Take<int>(buckets + 1);

        gpu.Launch(BucketOfIndex, gpu.PerElement(count, bytes: 8L * count), gpu.Array(indices), bucket, rows, shift);
        gpu.Launch(PlacePairsOfExpert, gpu.PerRow(buckets + 1, count, bytes: 4 * (3L * count + buckets)), bucket, order, offsets, position, buckets);
        RowOfTableTerm term = new(gpu.Array(indices), order, offsets, shift, gpu.Array(x), x.Columns);
        ReduceColumns<SumReducer, RowOfTableTerm>(
            gpu, plan, term, scratch.Take<float>(plan.Partials), gpu.Array(y), divisor: 1, flops: x.Count, bytes: 4 * x.Count);
    }

    private static void ElementOfRow<TVector>(ArrayView<TVector> table, ArrayView<int> indices, ArrayView<TVector> y, uint rows, uint columns)
        where TVector : unmanaged, IGpuVector<TVector>
    {
        uint i = GpuIndex.ShortElement;
        if (i >= y.Length)
            return;
        uint row = i / columns;
        uint index = (uint)indices[(long)row];
        y[(long)i] = index < rows ? table[(long)index * columns + (i - row * columns)] : TVector.Of(float.NaN);
    }

    private static void WideElementOfRow<T>(ArrayView<ushort> table, ArrayView<int> indices, ArrayView<float> y, uint rows, uint columns)
        where T : struct, INarrowFloat
    {
        uint i = GpuIndex.ShortElement;
        if (i >= y.Length)
            return;
        uint row = i / columns;
        uint index = (uint)indices[(long)row];
        y[(long)i] = index < rows ? T.Widen(table[(long)index * columns + (i - row * columns)]) : float.NaN;
    }

    private static void BucketOfIndex(ArrayView<int> indices, ArrayView<int> bucket, int rows, int shift)
    {
        uint i = GpuIndex.ShortElement;
        if (i < indices.Length)
            bucket[(long)i] = (uint)indices[(long)i] < (uint)rows ? indices[(long)i] >> shift : -1;
    }

    /// <summary>The rows of a part of the table; what belongs to another row of the part counts as 0.</summary>
    internal readonly struct RowOfTableTerm(
        ArrayView<int> indices, ArrayView<int> order, ArrayView<int> offsets, int shift, ArrayView<float> x, int columns) : IColumnTerm
    {
        public int FirstRow(int outer) => offsets[outer >> shift];

        public int EndRow(int outer) => offsets[(outer >> shift) + 1];

        public long BaseOf(int outer) => outer;

        public float At(long start, int row, int column)
        {
            int i = order[row];
            return indices[i] == start ? x[(long)i * columns + column] : 0;
        }
    }
}
