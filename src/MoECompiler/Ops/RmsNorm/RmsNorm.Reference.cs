using MoECompiler.Reference;

namespace MoECompiler.Ops;

public sealed partial record RmsNorm : IReference
{
    ReferenceTensor[] IReference.Run(ReferenceTensor[] operands, int[][] shapes, ReferenceContext context)
    {
        (ReferenceTensor x, ReferenceTensor weight) = (operands[0], operands[1]);
        ReferenceTensor y = ReferenceTensor.New(shapes[0]);
        for (int row = 0; row < x.Rows; row++)
        {
            double scale = Scale(x, row, Epsilon);
            for (int i = 0; i < x.Columns; i++)
                y[row, i] = x[row, i] * scale * weight.Data[i];
        }
        return [y];
    }

    /// <summary>1 / sqrt(mean(x^2) + epsilon) of a row.</summary>
    internal static double Scale(ReferenceTensor x, int row, double epsilon)
    {
        double square = 0;
        for (int i = 0; i < x.Columns; i++)
            square += x[row, i] * x[row, i] / x.Columns;
        return 1 / Math.Sqrt(square + epsilon);
    }
}

public sealed partial record RmsNormGradient : IReference
{
    /// <summary>With h the normalized row and g = dy * weight: dx = scale * (g - h * mean(g * h)).</summary>
    ReferenceTensor[] IReference.Run(ReferenceTensor[] operands, int[][] shapes, ReferenceContext context)
    {
        (ReferenceTensor x, ReferenceTensor weight, ReferenceTensor dy) = (operands[0], operands[1], operands[2]);
        ReferenceTensor dx = ReferenceTensor.New(shapes[0]);
        ReferenceTensor dWeight = ReferenceTensor.New(shapes[1]);
        for (int row = 0; row < x.Rows; row++)
        {
            double scale = RmsNorm.Scale(x, row, Epsilon);
            double meanGh = 0;
            for (int i = 0; i < x.Columns; i++)
            {
                double h = x[row, i] * scale;
                meanGh += dy[row, i] * weight.Data[i] * h / x.Columns;
                dWeight.Data[i] += dy[row, i] * h;
            }
            for (int i = 0; i < x.Columns; i++)
                dx[row, i] = scale * (dy[row, i] * weight.Data[i] - x[row, i] * scale * meanGh);
        }
        return [dx, dWeight];
    }
}
