using MoECompiler.Reference;

namespace MoECompiler.Ops;

public sealed partial record GroupedTopK : IReference
{
    ReferenceTensor[] IReference.Run(ReferenceTensor[] operands, int[][] shapes, ReferenceContext context)
    {
        ReferenceTensor x = operands[0];
        ReferenceTensor y = ReferenceTensor.New(shapes[0]);
        int size = RowParts.Columns(x.Columns, Groups);
        for (int row = 0; row < x.Rows; row++)
        {
            // Sorting is stable, and double's order has NaN below all numbers.
            HashSet<int> chosen = [.. Enumerable.Range(0, Groups).OrderByDescending(group => ScoreOf(x, row, group * size, size)).Take(TopGroups)];
            int[] order = [.. Enumerable.Range(0, x.Columns).OrderByDescending(i => chosen.Contains(i / size) ? x[row, i] : double.NegativeInfinity)];
            for (int k = 0; k < y.Columns; k++)
                y[row, k] = order[k];
        }
        return [y];
    }

    /// <summary>A sum is rounded as f32 is, so that what is equal in f32 is here.</summary>
    private double ScoreOf(ReferenceTensor x, int row, int first, int size)
    {
        if (Score == GroupScore.Sum)
            return Enumerable.Range(first, size).Aggregate(0f, (sum, i) => sum + (float)x[row, i]);
        double[] best = [.. Enumerable.Range(first, size).Select(i => x[row, i]).OrderDescending()];
        return Score == GroupScore.Best || size == 1 ? best[0] : (float)(best[0] + best[1]);
    }
}

public sealed partial record TopOfEachGroup : IReference
{
    ReferenceTensor[] IReference.Run(ReferenceTensor[] operands, int[][] shapes, ReferenceContext context)
    {
        ReferenceTensor x = operands[0];
        ReferenceTensor y = ReferenceTensor.New(shapes[0]);
        int size = RowParts.Columns(x.Columns, Groups);
        for (int row = 0; row < x.Rows; row++)
        {
            for (int group = 0; group < Groups; group++)
                y[row, group] = Enumerable.Range(group * size, size).OrderByDescending(i => x[row, i]).First();
        }
        return [y];
    }
}
