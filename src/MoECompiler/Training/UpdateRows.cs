namespace MoECompiler.Training;

/// <summary>
/// A table that is trained by rows: an update changes the rows that the last step read, and looks at no others, however many there are. Each is
/// there once, so that threads may share them.
/// </summary>
internal sealed unsafe class UpdateRows(CpuDevice device, TrainedParameter table)
{
    /// <summary>Rows of a task.</summary>
    private const int Rows = 16;

    /// <summary>Into how many sums squares are cut.</summary>
    private const int Slices = 64;

    private readonly UpdateBlock _first = UpdateBlock.Of(table, 0, table.Parameter.Extents[1]);

    /// <summary>Updates all elements of the rows.</summary>
    public void Run<TRule>(TRule rule, GradientChange change) where TRule : unmanaged, IUpdateRule
    {
        RowGradient gradient = table.Parameter.RowGradient;
        int count = (int)gradient.Rows.Count;
        device.Team.RunWidest(new RowsJob<TRule>(_first, gradient.Rows.Pointer, gradient.Values.Pointer, count, rule, change), (count + Rows - 1) / Rows);
    }

    /// <summary>The sum of the squares of the gradient: slice by slice, so that its bits do not depend on threads.</summary>
    public double SumGradientSquares()
    {
        View<float> gradient = table.Parameter.RowGradient.Values;
        double* sums = stackalloc double[Slices];
        SquaresJob job = new(gradient.Pointer, gradient.Count, sums);
        device.Team.Run(ref job, Slices);
        double sum = 0;
        for (int slice = 0; slice < Slices; slice++)
            sum += sums[slice];
        return sum;
    }

    private readonly struct RowsJob<TRule>(UpdateBlock first, int* rows, float* gradient, int count, TRule rule, GradientChange change) : ILaneJob
        where TRule : unmanaged, IUpdateRule
    {
        public void Run<V>(int task, int thread) where V : unmanaged, ILanes<V>
        {
            int end = Math.Min(count, (task + 1) * Rows);
            for (int i = task * Rows; i < end; i++)
            {
                // Rows lie anywhere: the next is on its way while this one is updated.
                if (i + 1 < count && rows[i + 1] >= 0)
                    first.OfRow(rows[i + 1], null).Fetch();
                if (rows[i] >= 0)
                    first.OfRow(rows[i], gradient + (long)i * first.Count).Update<V, TRule>(rule, change);
            }
        }
    }

    private readonly struct SquaresJob(float* gradient, long count, double* sums) : IJob
    {
        public void Run(int task, int thread)
        {
            long from = count * task / Slices;
            sums[task] = SumOfSquares.Of(new(gradient + from, (int)(count * (task + 1) / Slices - from)));
        }
    }
}
