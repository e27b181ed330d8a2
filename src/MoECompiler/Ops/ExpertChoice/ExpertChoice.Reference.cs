using MoECompiler.Reference;

namespace MoECompiler.Ops;

public sealed partial record ExpertChoice : IReference
{
    ReferenceTensor[] IReference.Run(ReferenceTensor[] operands, int[][] shapes, ReferenceContext context)
    {
        ReferenceTensor scores = operands[0];
        ReferenceTensor order = ReferenceTensor.New(shapes[0]);
        ReferenceTensor offsets = ReferenceTensor.New(shapes[1]);
        ReferenceTensor position = ReferenceTensor.New(shapes[2]);
        Array.Fill(position.Data, -1);
        (int tokens, int experts, int count) = (shapes[2][0], shapes[2][1], context.Evaluate(Count));
        if (count > tokens)
            throw new ArgumentException($"Each expert is to choose {count} of {tokens} tokens.");
        for (int expert = 0; expert < experts; expert++)
        {
            // OrderByDescending is stable, and double's order has NaN below all numbers.
            int row = expert * count;
            foreach (int token in Enumerable.Range(0, tokens).OrderByDescending(token => scores[token, expert]).Take(count).Order())
            {
                order.Data[row] = token * experts + expert;
                position[token, expert] = row;
                row++;
            }
            offsets.Data[expert + 1] = row;
        }
        return [order, offsets, position];
    }
}
