using MoECompiler.Reference;

namespace MoECompiler.Ops;

public sealed partial record Dropout : IReference
{
    ReferenceTensor[] IReference.Run(ReferenceTensor[] operands, int[][] shapes, ReferenceContext context)
    {
        ReferenceTensor y = ReferenceTensor.New(shapes[0]);
        for (int i = 0; i < y.Count; i++)
        {
            double uniform = Distributions.Uniform(Philox.Word(context.Random, Site, i));
            y.Data[i] = uniform < Rate ? 0 : operands[0].Data[i] / (1 - (double)Rate);
        }
        return [y];
    }
}
