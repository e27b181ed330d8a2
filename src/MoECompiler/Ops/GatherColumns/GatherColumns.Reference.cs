using MoECompiler.Reference;

namespace MoECompiler.Ops;

public sealed partial record GatherColumns : IReference
{
    ReferenceTensor[] IReference.Run(ReferenceTensor[] operands, int[][] shapes, ReferenceContext context)
    {
        (ReferenceTensor x, ReferenceTensor indices) = (operands[0], operands[1]);
        ReferenceTensor y = ReferenceTensor.New(shapes[0]);
        for (int i = 0; i < indices.Count; i++)
            y.Data[i] = x[i / indices.Columns, IndexCheck.Within("column", (int)indices.Data[i], i, x.Columns)];
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
            y[i / indices.Columns, IndexCheck.Within("column", (int)indices.Data[i], i, y.Columns)] += x.Data[i];
        return [y];
    }
}
