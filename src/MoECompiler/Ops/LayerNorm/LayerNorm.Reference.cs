using MoECompiler.Reference;

namespace MoECompiler.Ops;

public sealed partial record LayerNorm : IReference
{
    ReferenceTensor[] IReference.Run(ReferenceTensor[] operands, int[][] shapes, ReferenceContext context)
    {
        (ReferenceTensor x, ReferenceTensor weight, ReferenceTensor bias) = (operands[0], operands[1], operands[2]);
        ReferenceTensor y = ReferenceTensor.New(shapes[0]);
        for (int row = 0; row < x.Rows; row++)
        {
            (double mean, double scale) = Statistics(x, row, Epsilon);
            for (int i = 0; i < x.Columns; i++)
                y[row, i] = (x[row, i] - mean) * scale * weight.Data[i] + bias.Data[i];
        }
        return [y];
    }

    /// <summary>A row's mean and 1 / sqrt(variance + epsilon).</summary>
    internal static (double Mean, double Scale) Statistics(ReferenceTensor x, int row, double epsilon)
    {
        double mean = 0;
        for (int i = 0; i < x.Columns; i++)
            mean += x[row, i] / x.Columns;
        double variance = 0;
        for (int i = 0; i < x.Columns; i++)
            variance += (x[row, i] - mean) * (x[row, i] - mean) / x.Columns;
        return (mean, 1 / Math.Sqrt(variance + epsilon));
    }
}

public sealed partial record LayerNormGradient : IReference
{
    /// <summary>With h the normalized row and g = dy * weight: dx = scale * (g - mean(g) - h * mean(g * h)).</summary>
    ReferenceTensor[] IReference.Run(ReferenceTensor[] operands, int[][] shapes, ReferenceContext context)
    {
        (ReferenceTensor x, ReferenceTensor weight, ReferenceTensor dy) = (operands[0], operands[1], operands[2]);
        ReferenceTensor dx = ReferenceTensor.New(shapes[0]);
        ReferenceTensor dWeight = ReferenceTensor.New(shapes[1]);
        ReferenceTensor dBias = ReferenceTensor.New(shapes[2]);
        for (int row = 0; row < x.Rows; row++)
        {
            (double mean, double scale) = LayerNorm.Statistics(x, row, Epsilon);
            double meanG = 0;
            double meanGh = 0;
            for (int i = 0; i < x.Columns; i++)
            {
                double h = (x[row, i] - mean) * scale;
                double g = dy[row, i] * weight.Data[i];
                meanG += g / x.Columns;
                meanGh += g * h / x.Columns;
                dWeight.Data[i] += dy[row, i] * h;
                dBias.Data[i] += dy[row, i];
            }
            for (int i = 0; i < x.Columns; i++)
            {
                double h = (x[row, i] - mean) * scale;
                dx[row, i] = scale * (dy[row, i] * weight.Data[i] - meanG - h * meanGh);
            }
        }
        return [dx, dWeight, dBias];
    }
}
