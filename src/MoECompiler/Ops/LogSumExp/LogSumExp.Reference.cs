using MoECompiler.Reference;

namespace MoECompiler.Ops;

public sealed partial record LogSumExp : IReference
{
    ReferenceTensor[] IReference.Run(ReferenceTensor[] operands, int[][] shapes, ReferenceContext context)
    {
        ReferenceTensor x = operands[0];
        ReferenceTensor y = ReferenceTensor.New(shapes[0]);
        for (int row = 0; row < x.Rows; row++)
            y.Data[row] = OfRow(x, row);
        return [y];
    }

    /// <summary>The row's maximum is taken off first; where that is infinite, it is the result.</summary>
    internal static double OfRow(ReferenceTensor x, int row)
    {
        double maximum = double.NegativeInfinity;
        for (int i = 0; i < x.Columns; i++)
            maximum = Math.Max(maximum, x[row, i]);
        if (double.IsInfinity(maximum))
            return maximum;
        double sum = 0;
        for (int i = 0; i < x.Columns; i++)
            sum += Math.Exp(x[row, i] - maximum);
        return maximum + Math.Log(sum);
    }
}
