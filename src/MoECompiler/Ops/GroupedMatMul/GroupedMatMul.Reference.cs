using MoECompiler.Reference;

namespace MoECompiler.Ops;

public sealed partial record GroupedMatMul : IReference
{
    public ReferenceTensor[] Run(ReferenceTensor[] operands, int[][] shapes, ReferenceContext context)
    {
        (ReferenceTensor x, ReferenceTensor w, ReferenceTensor order, ReferenceTensor offsets) = (operands[0], operands[1], operands[2], operands[3]);
        ReferenceTensor y = ReferenceTensor.New(shapes[0]);
        Add(GatherRows, TransposeB, x, w);
        if (Second is not null)
            Add(Second.GatherRows, Second.TransposeB, operands[4], operands[5]);
        EpilogueReference.Apply(this, y, (int)offsets.Data[^1], operands, context);
        return [y];

        void Add(bool gather, bool transpose, ReferenceTensor left, ReferenceTensor right)
        {
            (int depth, int columns) = (left.Columns, y.Columns);
            for (int expert = 0; expert + 1 < offsets.Count; expert++)
            {
                for (int r = (int)offsets.Data[expert]; r < (int)offsets.Data[expert + 1]; r++)
                {
                    int row = GroupedRows.Source(gather, left, order, r, Slots, context);
                    for (int j = 0; j < columns; j++)
                    {
                        for (int k = 0; k < depth; k++)
                            y[r, j] += left[row, k] * (transpose ? right[expert * columns + j, k] : right[expert * depth + k, j]);
                    }
                }
            }
        }
    }
}

public sealed partial record GroupedWeightGradient : IReference
{
    public ReferenceTensor[] Run(ReferenceTensor[] operands, int[][] shapes, ReferenceContext context)
    {
        (ReferenceTensor x, ReferenceTensor dy, ReferenceTensor order, ReferenceTensor offsets) = (operands[0], operands[1], operands[2], operands[3]);
        ReferenceTensor dw = ReferenceTensor.New(shapes[0]);
        (int depth, int columns) = (x.Columns, dy.Columns);
        for (int expert = 0; expert + 1 < offsets.Count; expert++)
        {
            for (int r = (int)offsets.Data[expert]; r < (int)offsets.Data[expert + 1]; r++)
            {
                int row = GroupedRows.Source(GatherRows, x, order, r, Slots, context);
                for (int j = 0; j < columns; j++)
                {
                    for (int k = 0; k < depth; k++)
                    {
                        if (TransposeB)
                            dw[expert * columns + j, k] += dy[r, j] * x[row, k];
                        else
                            dw[expert * depth + k, j] += dy[r, j] * x[row, k];
                    }
                }
            }
        }
        return [dw];
    }
}

public sealed partial record SumRows : IReference
{
    public ReferenceTensor[] Run(ReferenceTensor[] operands, int[][] shapes, ReferenceContext context)
    {
        (ReferenceTensor rows, ReferenceTensor order) = (operands[0], operands[1]);
        ReferenceTensor y = ReferenceTensor.New(shapes[0]);
        for (int r = 0; r < rows.Rows; r++)
        {
            if (order.Data[r] < 0)
                continue;
            int token = GroupedRows.Source(gather: true, y, order, r, Slots, context);
            for (int j = 0; j < y.Columns; j++)
                y[token, j] += rows[r, j];
        }
        return [y];
    }
}

internal static class GroupedRows
{
    /// <summary>The row of x that row r of the dispatch order is: its token's where rows are gathered.</summary>
    public static int Source(bool gather, ReferenceTensor x, ReferenceTensor order, int r, Size? slots, ReferenceContext context) =>
        gather ? (int)order.Data[r] / (slots is null ? order.Count / x.Rows : context.Evaluate(slots)) : r;
}
