using MoECompiler.Reference;

namespace MoECompiler.Ops;

public sealed partial record GroupedBias : IReference
{
    public ReferenceTensor[] Run(ReferenceTensor[] operands, int[][] shapes, ReferenceContext context)
    {
        (ReferenceTensor x, ReferenceTensor bias, ReferenceTensor offsets) = (operands[0], operands[1], operands[2]);
        ReferenceTensor y = new(shapes[0], [.. x.Data]);
        for (int expert = 0; expert + 1 < offsets.Count; expert++)
        {
            for (int r = (int)offsets.Data[expert]; r < (int)offsets.Data[expert + 1]; r++)
            {
                for (int j = 0; j < y.Columns; j++)
                    y[r, j] += bias[expert, j];
            }
        }
        return [y];
    }
}

public sealed partial record GroupedSum : IReference
{
    public ReferenceTensor[] Run(ReferenceTensor[] operands, int[][] shapes, ReferenceContext context)
    {
        (ReferenceTensor x, ReferenceTensor offsets) = (operands[0], operands[1]);
        ReferenceTensor sums = ReferenceTensor.New(shapes[0]);
        for (int expert = 0; expert + 1 < offsets.Count; expert++)
        {
            for (int r = (int)offsets.Data[expert]; r < (int)offsets.Data[expert + 1]; r++)
            {
                for (int j = 0; j < sums.Columns; j++)
                    sums[expert, j] += x[r, j];
            }
        }
        return [sums];
    }
}
