using MoECompiler.Reference;

namespace MoECompiler.Ops;

public sealed partial record AdapterOfRow : IReference
{
    ReferenceTensor[] IReference.Run(ReferenceTensor[] operands, int[][] shapes, ReferenceContext context)
    {
        ReferenceTensor y = ReferenceTensor.New(shapes[0]);
        int each = (int)(y.Count / Math.Max(1, operands[0].Count));
        for (int row = 0; row < y.Count; row++)
            y.Data[row] = operands[0].Data[row / each];
        return [y];
    }
}
