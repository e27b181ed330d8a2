using MoECompiler.Reference;

namespace MoECompiler.Ops;

public sealed partial record SquaredNorm : IReference
{
    ReferenceTensor[] IReference.Run(ReferenceTensor[] operands, int[][] shapes, ReferenceContext context)
    {
        ReferenceTensor x = operands[0], y = ReferenceTensor.New(shapes[0]);
        for (int row = 0; row < y.Count; row++)
        {
            for (int i = 0; i < x.Columns; i++)
                y.Data[row] += x[row, i] * x[row, i];
        }
        return [y];
    }
}
