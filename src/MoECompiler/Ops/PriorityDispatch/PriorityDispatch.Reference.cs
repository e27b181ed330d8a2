using MoECompiler.Reference;

namespace MoECompiler.Ops;

public sealed partial record PriorityDispatch : IReference
{
    ReferenceTensor[] IReference.Run(ReferenceTensor[] operands, int[][] shapes, ReferenceContext context)
    {
        (ReferenceTensor chosen, ReferenceTensor priority) = (operands[0], operands[1]);
        ReferenceTensor order = ReferenceTensor.New(shapes[0]);
        ReferenceTensor offsets = ReferenceTensor.New(shapes[1]);
        ReferenceTensor position = ReferenceTensor.New(shapes[2]);
        Array.Fill(order.Data, -1);
        Array.Fill(position.Data, -1);
        int experts = offsets.Count - 1;
        for (int pair = 0; pair < chosen.Count; pair++)
            IndexCheck.WithinOrNone("expert", (int)chosen.Data[pair], pair, experts);
        int row = 0;
        for (int expert = 0; expert < experts; expert++)
        {
            // Sorting is stable, and double's order has NaN below all numbers.
            IEnumerable<int> pairs = Enumerable.Range(0, chosen.Count)
                .Where(pair => chosen.Data[pair] == expert)
                .OrderBy(pair => pair % chosen.Columns)
                .ThenByDescending(pair => priority.Data[pair / chosen.Columns])
                .Take(context.Evaluate(Capacity));
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
