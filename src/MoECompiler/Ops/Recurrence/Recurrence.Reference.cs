using MoECompiler.Reference;

namespace MoECompiler.Ops;

public sealed partial record Recurrence : IReference
{
    ReferenceTensor[] IReference.Run(ReferenceTensor[] operands, int[][] shapes, ReferenceContext context)
    {
        (ReferenceTensor x, ReferenceTensor decay) = (operands[0], operands[1]);
        ReferenceTensor y = ReferenceTensor.New(shapes[0]);
        (int length, int columns) = (shapes[0][1], shapes[0][2]);
        for (int sequence = 0; sequence < shapes[0][0]; sequence++)
        {
            double[] state = new double[columns];
            for (int step = 0; step < length; step++)
            {
                int row = sequence * length + (Reverse ? length - 1 - step : step);
                for (int i = 0; i < columns; i++)
                    y[row, i] = state[i] = decay.Data[i] * state[i] + x[row, i];
            }
        }
        return [y];
    }
}
