using MoECompiler.Reference;

namespace MoECompiler.Ops;

public sealed partial record Reshape : IReference
{
    ReferenceTensor[] IReference.Run(ReferenceTensor[] operands, int[][] shapes, ReferenceContext context) =>
        [new ReferenceTensor(shapes[0], operands[0].Data)];
}
