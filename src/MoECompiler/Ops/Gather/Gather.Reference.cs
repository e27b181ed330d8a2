using MoECompiler.Reference;

namespace MoECompiler.Ops;

public sealed partial record Gather : IReference
{
    ReferenceTensor[] IReference.Run(ReferenceTensor[] operands, int[][] shapes, ReferenceContext context)
    {
        (ReferenceTensor table, ReferenceTensor indices) = (operands[0], operands[1]);
        ReferenceTensor y = ReferenceTensor.New(shapes[0]);
        for (int row = 0; row < indices.Count; row++)
        {
            int index = IndexCheck.Within("row", (int)indices.Data[row], row, table.Shape[0]);
            for (int i = 0; i < table.Columns; i++)
                y[row, i] = table[index, i];
        }
        return [y];
    }
}

public sealed partial record ScatterRows : IReference
{
    ReferenceTensor[] IReference.Run(ReferenceTensor[] operands, int[][] shapes, ReferenceContext context)
    {
        (ReferenceTensor indices, ReferenceTensor x) = (operands[0], operands[1]);
        ReferenceTensor y = ReferenceTensor.New(shapes[0]);
        for (int row = 0; row < indices.Count; row++)
        {
            int index = IndexCheck.Within("row", (int)indices.Data[row], row, y.Shape[0]);
            for (int i = 0; i < y.Columns; i++)
                y[index, i] += x[row, i];
        }
        return [y];
    }
}
