using MoECompiler.Reference;

namespace MoECompiler.Ops;

public sealed partial record MatMul : IReference
{
    public ReferenceTensor[] Run(ReferenceTensor[] operands, int[][] shapes, ReferenceContext context)
    {
        (ReferenceTensor a, ReferenceTensor b) = (operands[0], operands[1]);
        ReferenceTensor y = ReferenceTensor.New(shapes[0]);
        int depth = TransposeA ? a.Rows : a.Columns;
        for (int i = 0; i < y.Rows; i++)
        {
            for (int j = 0; j < y.Columns; j++)
            {
                for (int k = 0; k < depth; k++)
                    y[i, j] += (TransposeA ? a[k, i] : a[i, k]) * (TransposeB ? b[j, k] : b[k, j]);
                for (int k = 0; Second is not null && k < operands[2].Columns; k++)
                    y[i, j] += operands[2][i, k] * (Second.TransposeB ? operands[3][j, k] : operands[3][k, j]);
            }
        }
        EpilogueReference.Apply(this, y, y.Rows, operands, context);
        return [y];
    }
}
