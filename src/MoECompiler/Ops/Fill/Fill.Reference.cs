using MoECompiler.Reference;

namespace MoECompiler.Ops;

public sealed partial record Fill : IReference
{
    ReferenceTensor[] IReference.Run(ReferenceTensor[] operands, int[][] shapes, ReferenceContext context)
    {
        ReferenceTensor y = ReferenceTensor.New(shapes[0]);
        Array.Fill(y.Data, Number);
        return [y];
    }
}
