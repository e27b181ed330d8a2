using MoECompiler.Reference;

namespace MoECompiler.Ops;

public sealed partial record GatedRecurrence : IReference
{
    ReferenceTensor[] IReference.Run(ReferenceTensor[] operands, int[][] shapes, ReferenceContext context)
    {
        (ReferenceTensor x, ReferenceTensor weight) = (operands[0], operands[1]);
        ReferenceTensor y = ReferenceTensor.New(shapes[0]);
        (int length, int width) = (shapes[0][1], shapes[0][2]);
        for (int sequence = 0; sequence < shapes[0][0]; sequence++)
        {
            double[] state = new double[width];
            for (int row = sequence * length; row < (sequence + 1) * length; row++)
            {
                double[] products = new double[3 * width];
                for (int k = 0; k < width; k++)
                {
                    for (int i = 0; i < products.Length; i++)
                        products[i] += state[k] * weight[k, i];
                }
                for (int i = 0; i < width; i++)
                {
                    double reset = Sigmoid(x[row, i] + products[i]), update = Sigmoid(x[row, width + i] + products[width + i]);
                    double candidate = Math.Tanh(x[row, 2 * width + i] + reset * products[2 * width + i]);
                    y[row, i] = state[i] = candidate + update * (state[i] - candidate);
                }
            }
        }
        return [y];
    }

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));
}

public sealed partial record GatedRecurrenceGradient : IReference
{
    ReferenceTensor[] IReference.Run(ReferenceTensor[] operands, int[][] shapes, ReferenceContext context)
    {
        (ReferenceTensor dy, ReferenceTensor keep, ReferenceTensor factors, ReferenceTensor back) = (operands[0], operands[1], operands[2], operands[3]);
        ReferenceTensor y = ReferenceTensor.New(shapes[0]);
        (int length, int width) = (shapes[0][1], shapes[0][2]);
        for (int sequence = 0; sequence < shapes[0][0]; sequence++)
        {
            int end = (sequence + 1) * length;
            for (int row = end - 1; row >= sequence * length; row--)
            {
                for (int k = 0; k < width; k++)
                {
                    double sum = dy[row, k];
                    if (row + 1 < end)
                    {
                        sum += keep[row + 1, k] * y[row + 1, k];
                        for (int i = 0; i < 3 * width; i++)
                            sum += factors[row + 1, i] * y[row + 1, i % width] * back[i, k];
                    }
                    y[row, k] = sum;
                }
            }
        }
        return [y];
    }
}
