using MoECompiler.Reference;

namespace MoECompiler.Ops;

public sealed partial record Softmax : IReference
{
    ReferenceTensor[] IReference.Run(ReferenceTensor[] operands, int[][] shapes, ReferenceContext context)
    {
        ReferenceTensor x = operands[0];
        ReferenceTensor y = ReferenceTensor.New(shapes[0]);
        for (int row = 0; row < x.Rows; row++)
        {
            double maximum = double.NegativeInfinity;
            for (int i = 0; i < x.Columns; i++)
                maximum = Math.Max(maximum, x[row, i]);
            double sum = 0;
            for (int i = 0; i < x.Columns; i++)
                sum += Math.Exp(x[row, i] - maximum);
            for (int i = 0; i < x.Columns; i++)
                y[row, i] = Math.Exp(x[row, i] - maximum) / sum;
        }
        return [y];
    }
}

public sealed partial record SoftmaxGradient : IReference
{
    ReferenceTensor[] IReference.Run(ReferenceTensor[] operands, int[][] shapes, ReferenceContext context)
    {
        (ReferenceTensor y, ReferenceTensor dy) = (operands[0], operands[1]);
        ReferenceTensor dx = ReferenceTensor.New(shapes[0]);
        for (int row = 0; row < y.Rows; row++)
        {
            double sum = 0;
            for (int i = 0; i < y.Columns; i++)
                sum += y[row, i] * dy[row, i];
            for (int i = 0; i < y.Columns; i++)
                dx[row, i] = y[row, i] * (dy[row, i] - sum);
        }
        return [dx];
    }
}
