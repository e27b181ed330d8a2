namespace MoECompiler.Ops;

public static unsafe partial class Kernels
{
    /// <summary>The index of the greatest of each row; ties go to the lower index, NaN counts as the least.</summary>
    /// <exception cref="ArgumentException">A row has no elements.</exception>
    public static void ArgMax(CpuDevice cpu, View<float> x, View<int> y)
    {
        if (x.Columns == 0 && y.Count > 0)
            throw new ArgumentException("ArgMax of rows without elements.");
        cpu.RunRows(new TopKRows(x.Pointer, y.Pointer, x.Columns, 1), x.Rows, 2L * x.Columns);
    }
}
