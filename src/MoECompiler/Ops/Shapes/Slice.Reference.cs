using MoECompiler.Reference;

namespace MoECompiler.Ops;

public sealed partial record Slice : IReference
{
    ReferenceTensor[] IReference.Run(ReferenceTensor[] operands, int[][] shapes, ReferenceContext context)
    {
        ReferenceTensor y = ReferenceTensor.New(shapes[0]);
        (int outer, int extent, int inner) = RowMajor.Split(operands[0].Shape, Axis);
        int start = context.Evaluate(Start);
        int count = y.Shape[Axis];
        if (start < 0 || start + count > extent)
            throw new ArgumentException($"Indices {start} to {start + count} of an axis of {extent}.");
        for (int o = 0; o < outer; o++)
        {
            for (int i = 0; i < count * inner; i++)
                y.Data[o * count * inner + i] = operands[0].Data[(o * extent + start) * inner + i];
        }
        return [y];
    }
}

public sealed partial record Pad : IReference
{
    ReferenceTensor[] IReference.Run(ReferenceTensor[] operands, int[][] shapes, ReferenceContext context)
    {
        ReferenceTensor y = ReferenceTensor.New(shapes[0]);
        (int outer, int count, int inner) = RowMajor.Split(operands[0].Shape, Axis);
        int start = context.Evaluate(Start);
        int extent = y.Shape[Axis];
        if (start < 0 || start + count > extent)
            throw new ArgumentException($"Indices {start} to {start + count} of an axis of {extent}.");
        for (int o = 0; o < outer; o++)
        {
            for (int i = 0; i < count * inner; i++)
                y.Data[(o * extent + start) * inner + i] = operands[0].Data[o * count * inner + i];
        }
        return [y];
    }
}
