using MoECompiler.Reference;

namespace MoECompiler.Ops;

public sealed partial record BatchMatMul : IReference
{
    public ReferenceTensor[] Run(ReferenceTensor[] operands, int[][] shapes, ReferenceContext context)
    {
        (ReferenceTensor a, ReferenceTensor b) = (operands[0], operands[1]);
        ReferenceTensor y = ReferenceTensor.New(shapes[0]);
        (int rows, int columns, int depth) = (y.Shape[^2], y.Shape[^1], a.Shape[TransposeA ? ^2 : ^1]);
        for (int i = 0; i < y.Rows; i++)
        {
            (int batch, int row) = (i / rows, i % rows);
            for (int j = 0; j < columns; j++)
            {
                for (int k = 0; k < depth; k++)
                {
                    double left = TransposeA ? a[batch * depth + k, row] : a[batch * rows + row, k];
                    double right = TransposeB ? b[batch * columns + j, k] : b[batch * depth + k, j];
                    y[i, j] += left * right;
                }
            }
        }
        return [y];
    }
}
