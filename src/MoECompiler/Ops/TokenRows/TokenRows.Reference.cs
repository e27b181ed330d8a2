using MoECompiler.Reference;

namespace MoECompiler.Ops;

public sealed partial record TokenRows : IReference
{
    ReferenceTensor[] IReference.Run(ReferenceTensor[] operands, int[][] shapes, ReferenceContext context)
    {
        (ReferenceTensor x, ReferenceTensor order, ReferenceTensor y) = (operands[0], operands[1], ReferenceTensor.New(shapes[0]));
        for (int row = 0; row < y.Rows; row++)
        {
            for (int i = 0; i < y.Columns && order.Data[row] >= 0; i++)
                y[row, i] = x[GroupedRows.Source(gather: true, x, order, row, Slots, context), i];
        }
        return [y];
    }
}
