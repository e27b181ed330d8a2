using MoECompiler.Reference;

namespace MoECompiler.Ops;

public sealed partial record Detach : IReference
{
    ReferenceTensor[] IReference.Run(ReferenceTensor[] operands, int[][] shapes, ReferenceContext context) => [operands[0]];
}
