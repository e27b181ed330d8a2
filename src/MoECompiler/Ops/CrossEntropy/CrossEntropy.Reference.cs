using MoECompiler.Reference;

namespace MoECompiler.Ops;

public sealed partial record CrossEntropy : IReference
{
    ReferenceTensor[] IReference.Run(ReferenceTensor[] operands, int[][] shapes, ReferenceContext context)
    {
        (ReferenceTensor x, ReferenceTensor labels) = (operands[0], operands[1]);
        ReferenceTensor y = ReferenceTensor.New(shapes[0]);
        for (int row = 0; row < x.Rows; row++)
        {
            int label = (int)labels.Data[row];
            if (label < 0)
                continue;
            if (label >= x.Columns)
                throw IndexCheck.Outside("label", label, row, x.Columns);
            double lse = LogSumExp.OfRow(x, row);
            double loss = (1 - (double)Smoothing) * (lse - x[row, label]);
            if (Smoothing != 0)
            {
                double sum = 0;
                for (int i = 0; i < x.Columns; i++)
                    sum += x[row, i];
                loss += Smoothing * (lse - sum / x.Columns);
            }
            y.Data[row] = loss;
        }
        return [y];
    }
}

public sealed partial record CrossEntropyGradient : IReference
{
    ReferenceTensor[] IReference.Run(ReferenceTensor[] operands, int[][] shapes, ReferenceContext context)
    {
        (ReferenceTensor x, ReferenceTensor labels, ReferenceTensor dy) = (operands[0], operands[1], operands[2]);
        ReferenceTensor dx = ReferenceTensor.New(shapes[0]);
        for (int row = 0; row < x.Rows; row++)
        {
            int label = (int)labels.Data[row];
            if (label < 0)
                continue;
            if (label >= x.Columns)
                throw IndexCheck.Outside("label", label, row, x.Columns);
            double lse = LogSumExp.OfRow(x, row);
            for (int i = 0; i < x.Columns; i++)
            {
                double target = (i == label ? 1 - (double)Smoothing : 0) + Smoothing / x.Columns;
                dx[row, i] = dy.Data[row] * (Math.Exp(x[row, i] - lse) - target);
            }
        }
        return [dx];
    }
}
