using MoECompiler.Reference;

namespace MoECompiler.Ops;

public sealed partial record GatherColumns : IReference
{
    ReferenceTensor[] IReference.Run(ReferenceTensor[] operands, int[][] shapes, ReferenceContext context)
    {
        (ReferenceTensor x, ReferenceTensor indices) = (operands[0], operands[1]);
        ReferenceTensor y = ReferenceTensor.New(shapes[0]);
        for (int i = 0; i < indices.Count; i++)
        {
            int column = IndexCheck.WithinOrNone("column", (int)indices.Data[i], i, x.Columns);
            y.Data[i] = column < 0 ? 0 : x[i / indices.Columns, column];
        }
        return [y];
    }
}

public sealed partial record ScatterColumns : IReference
{
    ReferenceTensor[] IReference.Run(ReferenceTensor[] operands, int[][] shapes, ReferenceContext context)
    {
        (ReferenceTensor x, ReferenceTensor indices) = (operands[0], operands[1]);
        ReferenceTensor y = ReferenceTensor.New(shapes[0]);
        for (int i = 0; i < indices.Count; i++)
        {
            int column = IndexCheck.WithinOrNone("column", (int)indices.Data[i], i, y.Columns);
            if (column >= 0)
                y[i / indices.Columns, column] += x.Data[i];
        }
        return [y];
    }
}
