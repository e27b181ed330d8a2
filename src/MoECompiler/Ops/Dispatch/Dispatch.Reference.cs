using MoECompiler.Reference;

namespace MoECompiler.Ops;

public sealed partial record Dispatch : IReference
{
    ReferenceTensor[] IReference.Run(ReferenceTensor[] operands, int[][] shapes, ReferenceContext context)
    {
        ReferenceTensor chosen = operands[0];
        ReferenceTensor order = ReferenceTensor.New(shapes[0]);
        ReferenceTensor offsets = ReferenceTensor.New(shapes[1]);
        ReferenceTensor position = ReferenceTensor.New(shapes[2]);
        Array.Fill(order.Data, -1);
        Array.Fill(position.Data, -1);
        int experts = offsets.Count - 1;
        int capacity = Capacity is null ? chosen.Count : context.Evaluate(Capacity);
        for (int pair = 0; pair < chosen.Count; pair++)
            IndexCheck.WithinOrNone("expert", (int)chosen.Data[pair], pair, experts);
        int row = 0;
        for (int expert = 0; expert < experts; expert++)
        {
            // First slots before second slots, then in order of token; those that stay are put in order of pair.
            IEnumerable<int> pairs = Enumerable.Range(0, chosen.Count)
                .Where(pair => chosen.Data[pair] == expert)
                .OrderBy(pair => pair % chosen.Columns)
                .Take(capacity)
                .Order();
            foreach (int pair in pairs)
            {
                order.Data[row] = pair;
                position.Data[pair] = row;
                row++;
            }
            offsets.Data[expert + 1] = row;
        }
        return [order, offsets, position];
    }
}

public sealed partial record DispatchAll : IReference
{
    ReferenceTensor[] IReference.Run(ReferenceTensor[] operands, int[][] shapes, ReferenceContext context)
    {
        ReferenceTensor order = ReferenceTensor.New(shapes[0]);
        ReferenceTensor offsets = ReferenceTensor.New(shapes[1]);
        ReferenceTensor position = ReferenceTensor.New(shapes[2]);
        (int tokens, int experts) = (shapes[2][0], shapes[2][1]);
        for (int expert = 0; expert < experts; expert++)
        {
            offsets.Data[expert + 1] = (expert + 1) * tokens;
            for (int token = 0; token < tokens; token++)
            {
                order.Data[expert * tokens + token] = token * experts + expert;
                position[token, expert] = expert * tokens + token;
            }
        }
        return [order, offsets, position];
    }
}
