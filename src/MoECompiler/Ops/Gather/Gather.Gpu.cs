namespace MoECompiler.Ops;

public static partial class GpuKernels
{
    /// <summary>y[i] = row indices[i] of the table; NaN for an index outside of it.</summary>
    public static void Gather(GpuDevice gpu, View<float> table, View<int> indices, View<float> y) => gpu.Launch(
        GatheredRowElement, gpu.PerElement(y.Count, bytes: 8 * y.Count + 4 * indices.Count), gpu.Array(table), gpu.Array(indices), gpu.Array(y), table.Columns, table.Extents[0]);

    /// <summary>y = 0, then row indices[i] of y += x[i], in the order of i; an index outside of y adds nothing.</summary>
    /// <remarks>Each row of y looks for itself among the indices: a group reads all of them, but writes and adds in order without locks.</remarks>
    public static void ScatterRows(GpuDevice gpu, View<int> indices, View<float> x, View<float> y) => gpu.Launch(
        ScatteredRow, Work.PerRow(y.Extents[0], gpu.Traits.RowGroup, flops: x.Count, bytes: 4 * (x.Count + y.Count + indices.Count)),
        gpu.Array(indices), gpu.Array(x), gpu.Array(y), y.Columns);

    private static void GatheredRowElement(ArrayView<float> table, ArrayView<int> indices, ArrayView<float> y, int columns, int rows)
    {
        long i = GpuIndex.Element;
        if (i >= y.Length)
            return;
        long place = i / columns;
        uint row = (uint)indices[place];
        y[i] = row < (uint)rows ? table[(long)row * columns + (i - place * columns)] : float.NaN;
    }

    private static void ScatteredRow(ArrayView<int> indices, ArrayView<float> x, ArrayView<float> y, int columns)
    {
        long row = (long)Grid.IdxX * columns;
        for (int column = Group.IdxX; column < columns; column += Group.DimX)
        {
            float sum = 0;
            for (long i = 0; i < indices.Length; i++)
            {
                if (indices[i] == Grid.IdxX)
                    sum += x[i * columns + column];
            }
            y[row + column] = sum;
        }
    }
}
