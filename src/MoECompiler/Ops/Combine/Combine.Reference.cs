using MoECompiler.Reference;

namespace MoECompiler.Ops;

public sealed partial record Combine : IReference
{
    ReferenceTensor[] IReference.Run(ReferenceTensor[] operands, int[][] shapes, ReferenceContext context)
    {
        (ReferenceTensor rows, ReferenceTensor weights, ReferenceTensor position) = (operands[0], operands[1], operands[2]);
        ReferenceTensor y = ReferenceTensor.New(shapes[0]);
        for (int pair = 0; pair < position.Count; pair++)
        {
            int row = (int)position.Data[pair];
            if (row < 0)
                continue;
            for (int i = 0; i < y.Columns; i++)
                y[pair / position.Columns, i] += weights.Data[pair] * rows[row, i];
        }
        return [y];
    }
}

public sealed partial record CombineRowsGradient : IReference
{
    ReferenceTensor[] IReference.Run(ReferenceTensor[] operands, int[][] shapes, ReferenceContext context)
    {
        (ReferenceTensor dy, ReferenceTensor weights, ReferenceTensor order) = (operands[0], operands[1], operands[2]);
        ReferenceTensor dRows = ReferenceTensor.New(shapes[0]);
        for (int row = 0; row < order.Count; row++)
        {
            int pair = (int)order.Data[row];
            if (pair < 0)
                continue;
            for (int i = 0; i < dy.Columns; i++)
                dRows[row, i] = weights.Data[pair] * dy[pair / weights.Columns, i];
        }
        return [dRows];
    }
}

public sealed partial record CombineWeightsGradient : IReference
{
    ReferenceTensor[] IReference.Run(ReferenceTensor[] operands, int[][] shapes, ReferenceContext context)
    {
        (ReferenceTensor dy, ReferenceTensor rows, ReferenceTensor position) = (operands[0], operands[1], operands[2]);
        ReferenceTensor dWeights = ReferenceTensor.New(shapes[0]);
        for (int pair = 0; pair < position.Count; pair++)
        {
            int row = (int)position.Data[pair];
            if (row < 0)
                continue;
            for (int i = 0; i < dy.Columns; i++)
                dWeights.Data[pair] += dy[pair / position.Columns, i] * rows[row, i];
        }
        return [dWeights];
    }
}
