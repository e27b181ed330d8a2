using MoECompiler.Reference;

namespace MoECompiler.Ops;

public sealed partial record BellSums : IReference
{
    ReferenceTensor[] IReference.Run(ReferenceTensor[] operands, int[][] shapes, ReferenceContext context)
    {
        ReferenceTensor y = ReferenceTensor.New(shapes[0]);
        for (int pair = 0; pair < operands[0].Count; pair++)
        {
            (int row, int other) = Math.DivRem(pair, operands[0].Columns);
            if (operands[1][row / operands[0].Columns, other] <= 0)
                continue;
            for (int k = 0; k < y.Columns; k++)
                y[row, k] += ReferenceBell.Of(operands[0].Data[pair], operands[2].Data[k], operands[3].Data[k]);
        }
        return [y];
    }
}

public sealed partial record BellSumsGradient : IReference
{
    ReferenceTensor[] IReference.Run(ReferenceTensor[] operands, int[][] shapes, ReferenceContext context)
    {
        ReferenceTensor dDistances = ReferenceTensor.New(shapes[0]), dMeans = ReferenceTensor.New(shapes[1]), dDeviations = ReferenceTensor.New(shapes[2]);
        ReferenceTensor dy = operands[4];
        for (int pair = 0; pair < operands[0].Count; pair++)
        {
            (int row, int other) = Math.DivRem(pair, operands[0].Columns);
            if (operands[1][row / operands[0].Columns, other] <= 0)
                continue;
            for (int k = 0; k < dy.Columns; k++)
            {
                (double ofMean, double ofDeviation) = ReferenceBell.Slopes(operands[0].Data[pair], operands[2].Data[k], operands[3].Data[k]);
                dMeans.Data[k] += dy[row, k] * ofMean;
                dDeviations.Data[k] += dy[row, k] * ofDeviation;
                dDistances.Data[pair] -= dy[row, k] * ofMean;
            }
        }
        return [dDistances, dMeans, dDeviations];
    }
}
