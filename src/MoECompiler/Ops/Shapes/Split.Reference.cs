using MoECompiler.Reference;

namespace MoECompiler.Ops;

public sealed partial record Split : IReference
{
    ReferenceTensor[] IReference.Run(ReferenceTensor[] operands, int[][] shapes, ReferenceContext context)
    {
        ReferenceTensor[] parts = [.. shapes.Select(ReferenceTensor.New)];
        int start = 0;
        foreach (ReferenceTensor part in parts)
        {
            for (int i = 0; i < part.Count; i++)
                part.Data[i] = operands[0].Data[start + i];
            start += part.Count;
        }
        return parts;
    }
}
