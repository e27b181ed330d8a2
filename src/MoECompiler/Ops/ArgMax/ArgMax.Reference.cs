using MoECompiler.Reference;

namespace MoECompiler.Ops;

public sealed partial record ArgMax : IReference
{
    ReferenceTensor[] IReference.Run(ReferenceTensor[] operands, int[][] shapes, ReferenceContext context)
    {
        ReferenceTensor x = operands[0];
        ReferenceTensor y = ReferenceTensor.New(shapes[0]);
        if (x.Columns == 0 && y.Count > 0)
            throw new ArgumentException("ArgMax of rows without elements.");
        for (int row = 0; row < y.Count; row++)
        {
            int best = 0;
            for (int i = 1; i < x.Columns; i++)
            {
                if (x[row, i].CompareTo(x[row, best]) > 0)
                    best = i;
            }
            y.Data[row] = best;
        }
        return [y];
    }
}
