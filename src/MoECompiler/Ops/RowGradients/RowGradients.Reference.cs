using MoECompiler.Reference;

namespace MoECompiler.Ops;

public sealed partial record RowOrder : IReference
{
    ReferenceTensor[] IReference.Run(ReferenceTensor[] operands, int[][] shapes, ReferenceContext context)
    {
        ReferenceTensor numbers = operands[0];
        (ReferenceTensor rows, ReferenceTensor order) = (ReferenceTensor.New(shapes[0]), ReferenceTensor.New(shapes[1]));
        int table = context.Evaluate(Rows);
        int[] sorted = [.. Enumerable.Range(0, numbers.Count).OrderBy(place => numbers.Data[place])];
        for (int i = 0; i < sorted.Length; i++)
        {
            int row = IndexCheck.Within("row", (int)numbers.Data[sorted[i]], sorted[i], table);
            rows.Data[i] = i > 0 && numbers.Data[sorted[i - 1]] == row ? -1 : row;
            order.Data[i] = sorted[i];
        }
        return [rows, order];
    }
}

public sealed partial record RowSums : IReference
{
    ReferenceTensor[] IReference.Run(ReferenceTensor[] operands, int[][] shapes, ReferenceContext context)
    {
        (ReferenceTensor x, ReferenceTensor rows, ReferenceTensor order) = (operands[0], operands[1], operands[2]);
        ReferenceTensor y = ReferenceTensor.New(shapes[0]);
        int first = 0;
        for (int i = 0; i < order.Count; i++)
        {
            first = rows.Data[i] >= 0 ? i : first;
            for (int column = 0; column < x.Columns; column++)
                y[first, column] += x[(int)order.Data[i], column];
        }
        return [y];
    }
}
