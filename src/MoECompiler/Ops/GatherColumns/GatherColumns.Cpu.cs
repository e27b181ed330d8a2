namespace MoECompiler.Ops;

public static unsafe partial class Kernels
{
    /// <summary>y[t, j] = x[t, indices[t, j]], or 0 for an index of -1. A row has few, so the caller's thread does them all.</summary>
    /// <exception cref="ArgumentException">An index is outside the row.</exception>
    public static void GatherColumns(CpuDevice cpu, View<float> x, View<int> indices, View<float> y)
    {
        float* from = x.Pointer, to = y.Pointer;
        int* index = indices.Pointer;
        long position = 0;
        for (int row = 0; row < indices.Rows; row++, from += x.Columns)
        {
            for (int j = 0; j < indices.Columns; j++, position++)
            {
                int column = IndexCheck.WithinOrNone("column", index[position], position, x.Columns);
                to[position] = column < 0 ? 0 : from[column];
            }
        }
    }

    /// <summary>y = 0, then y[t, indices[t, j]] += x[t, j], in the order of j; an index of -1 adds nothing.</summary>
    /// <exception cref="ArgumentException">An index is outside the row.</exception>
    public static void ScatterColumns(CpuDevice cpu, View<float> x, View<int> indices, View<float> y)
    {
        float* from = x.Pointer, to = y.Pointer;
        int* index = indices.Pointer;
        long position = 0;
        for (int row = 0; row < indices.Rows; row++, to += y.Columns)
        {
            new Span<float>(to, y.Columns).Clear();
            for (int j = 0; j < indices.Columns; j++, position++)
            {
                int column = IndexCheck.WithinOrNone("column", index[position], position, y.Columns);
                if (column >= 0)
                    to[column] += from[position];
            }
        }
    }
}
