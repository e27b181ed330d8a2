using MoECompiler.Reference;

namespace MoECompiler.Ops;

public sealed partial record Concat : IReference
{
    ReferenceTensor[] IReference.Run(ReferenceTensor[] operands, int[][] shapes, ReferenceContext context)
    {
        (ReferenceTensor a, ReferenceTensor b) = (operands[0], operands[1]);
        (int outer, int extent, int inner) = RowMajor.Split(a.Shape, Axis);
        int first = extent * inner;
        int second = b.Shape[Axis] * inner;
        ReferenceTensor y = ReferenceTensor.New(shapes[0]);
        for (int o = 0; o < outer; o++)
        {
            for (int i = 0; i < first; i++)
                y.Data[o * (first + second) + i] = a.Data[o * first + i];
            for (int i = 0; i < second; i++)
                y.Data[o * (first + second) + first + i] = b.Data[o * second + i];
        }
        return [y];
    }
}
