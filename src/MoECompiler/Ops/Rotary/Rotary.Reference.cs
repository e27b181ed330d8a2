using MoECompiler.Reference;

namespace MoECompiler.Ops;

public sealed partial record Rotary : IReference
{
    ReferenceTensor[] IReference.Run(ReferenceTensor[] operands, int[][] shapes, ReferenceContext context)
    {
        (ReferenceTensor x, ReferenceTensor table) = (operands[0], operands[1]);
        ReferenceTensor y = ReferenceTensor.New(shapes[0]);
        (int heads, int half) = (context.Evaluate(Heads), table.Columns / 2);
        int size = x.Columns / heads;
        x.Data.CopyTo(y.Data, 0);
        for (int row = 0; row < x.Rows; row++)
        {
            for (int pair = 0; pair < heads * half; pair++)
            {
                (int head, int i) = Math.DivRem(pair, half);
                int first = head * size + (Pairs == RotaryPairs.Halves ? i : 2 * i);
                int second = first + (Pairs == RotaryPairs.Halves ? half : 1);
                (double cosine, double sine) = (table[row % x.Shape[1], i], table[row % x.Shape[1], half + i]);
                sine = IsBack ? -sine : sine;
                y[row, first] = x[row, first] * cosine - x[row, second] * sine;
                y[row, second] = x[row, second] * cosine + x[row, first] * sine;
            }
        }
        return [y];
    }
}

public sealed partial record RotaryTable : IReference
{
    ReferenceTensor[] IReference.Run(ReferenceTensor[] operands, int[][] shapes, ReferenceContext context)
    {
        ReferenceTensor table = ReferenceTensor.New(shapes[0]);
        int half = table.Columns / 2;
        for (int place = 0; place < table.Rows; place++)
        {
            for (int i = 0; i < half; i++)
                (table[place, half + i], table[place, i]) = Math.SinCos(place * Math.Pow(Base, -2.0 * i / table.Columns));
        }
        return [table];
    }
}
