using MoECompiler.Reference;

namespace MoECompiler.Ops;

public sealed partial record Convert : IReference
{
    /// <summary>The numbers as they are: the runner rounds whatever is stored in 16 bits.</summary>
    ReferenceTensor[] IReference.Run(ReferenceTensor[] operands, int[][] shapes, ReferenceContext context) => [operands[0]];
}
