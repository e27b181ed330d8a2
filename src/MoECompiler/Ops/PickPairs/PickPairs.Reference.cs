using MoECompiler.Reference;

namespace MoECompiler.Ops;

public sealed partial record PickPairs : IReference
{
    ReferenceTensor[] IReference.Run(ReferenceTensor[] operands, int[][] shapes, ReferenceContext context)
    {
        (ReferenceTensor rows, ReferenceTensor columns, ReferenceTensor picks) = (operands[0], operands[1], operands[2]);
        ReferenceTensor y = ReferenceTensor.New(shapes[0]);
        for (int token = 0; token < picks.Rows; token++)
        {
            for (int i = 0; i < picks.Columns; i++)
            {
                int pick = (int)picks[token, i];
                y[token, i] = rows[token, pick / columns.Columns] * context.Evaluate(Columns) + columns[token, pick % columns.Columns];
            }
        }
        return [y];
    }
}
