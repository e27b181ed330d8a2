using MoECompiler.Reference;

namespace MoECompiler.Ops;

public sealed partial record SeededMix : IReference
{
    ReferenceTensor[] IReference.Run(ReferenceTensor[] operands, int[][] shapes, ReferenceContext context)
    {
        ReferenceTensor coefficients = operands[0], y = ReferenceTensor.New(shapes[0]);
        int size = shapes[0][^1] * shapes[0][^2];
        double scale = 1 / Math.Sqrt(context.Evaluate(ScaleOf));
        long offsetOf = context.Evaluate(OffsetOf);
        for (int i = 0; i < y.Count; i++)
        {
            (int matrix, int element) = (i / size, i % size);
            int group = IsShared ? 0 : matrix;
            double sum = 0;
            for (int k = 0; k < coefficients.Columns; k++)
                sum += coefficients[matrix, k] * SeededBasis.Element(Seed, Matrix, group, k, element);
            double offset = offsetOf == 0 ? 0 : SeededBasis.Element(Seed, Matrix, group, SeededBasis.Offset, element) / Math.Sqrt(offsetOf);
            y.Data[i] = offset + scale * sum;
        }
        return [y];
    }
}

public sealed partial record SeededMixGradient : IReference
{
    ReferenceTensor[] IReference.Run(ReferenceTensor[] operands, int[][] shapes, ReferenceContext context)
    {
        ReferenceTensor dy = operands[0], y = ReferenceTensor.New(shapes[0]);
        int count = shapes[0][^1];
        int size = count == 0 || y.Count == 0 ? 0 : dy.Count / (y.Count / count);
        double scale = 1 / Math.Sqrt(context.Evaluate(ScaleOf));
        for (int i = 0; i < y.Count; i++)
        {
            (int matrix, int number) = (i / count, i % count);
            for (int element = 0; element < size; element++)
                y.Data[i] += scale * dy.Data[matrix * size + element] * SeededBasis.Element(Seed, Matrix, IsShared ? 0 : matrix, number, element);
        }
        return [y];
    }
}
