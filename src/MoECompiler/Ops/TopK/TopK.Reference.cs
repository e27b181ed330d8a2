using MoECompiler.Reference;

namespace MoECompiler.Ops;

public sealed partial record TopK : IReference
{
    ReferenceTensor[] IReference.Run(ReferenceTensor[] operands, int[][] shapes, ReferenceContext context)
    {
        ReferenceTensor x = operands[0];
        ReferenceTensor y = ReferenceTensor.New(shapes[0]);
        if (y.Columns > x.Columns)
            throw new ArgumentException($"TopK of {y.Columns} from rows of {x.Columns}.");
        for (int row = 0; row < x.Rows; row++)
        {
            // OrderByDescending is stable, and double's order has NaN below all numbers.
            int[] order = [.. Enumerable.Range(0, x.Columns).OrderByDescending(i => x[row, i], Comparer<double>.Default)];
            for (int k = 0; k < y.Columns; k++)
                y[row, k] = order[k];
        }
        return [y];
    }
}
