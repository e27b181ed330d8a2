using MoECompiler.Reference;

namespace MoECompiler.Ops;

public sealed partial record Reorder : IReference
{
    ReferenceTensor[] IReference.Run(ReferenceTensor[] operands, int[][] shapes, ReferenceContext context)
    {
        (ReferenceTensor x, ReferenceTensor position, ReferenceTensor order) = (operands[0], operands[1], operands[2]);
        ReferenceTensor y = ReferenceTensor.New(shapes[0]);
        for (int row = 0; row < order.Count; row++)
        {
            int pair = (int)order.Data[row];
            int from = pair < 0 ? -1 : (int)position.Data[pair];
            for (int i = 0; i < y.Columns && from >= 0; i++)
                y[row, i] = x[from, i];
        }
        return [y];
    }
}
