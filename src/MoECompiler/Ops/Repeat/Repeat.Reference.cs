using MoECompiler.Reference;

namespace MoECompiler.Ops;

public sealed partial record Repeat : IReference
{
    ReferenceTensor[] IReference.Run(ReferenceTensor[] operands, int[][] shapes, ReferenceContext context)
    {
        int count = context.Evaluate(Count);
        ReferenceTensor[] carried = operands[..Carried];
        ReferenceTensor[] stacks = [.. shapes.Skip(Carried).Select(static s => ReferenceTensor.New(s))];
        for (int step = 0; step < count; step++)
        {
            int layer = Reverse ? count - 1 - step : step;
            Dictionary<string, ReferenceTensor> values = new(StringComparer.Ordinal);
            for (int i = 0; i < operands.Length; i++)
                values[Body.Inputs[i].Name] = i < Carried ? carried[i] : i < Carried + Stacked ? Layer(operands[i], layer) : operands[i];
            IReadOnlyDictionary<string, ReferenceTensor> results =
                ReferenceRunner.RunAll(Body, values, context with { Random = context.Random.At(layer) });
            carried = [.. Body.Outputs.Take(Carried).Select(o => results[o.Value.Name])];
            for (int i = 0; i < stacks.Length; i++)
            {
                double[] slice = results[Body.Outputs[Carried + i].Value.Name].Data;
                slice.CopyTo(stacks[i].Data, layer * slice.Length);
            }
        }
        return [.. carried, .. stacks];
    }

    private static ReferenceTensor Layer(ReferenceTensor stack, int layer)
    {
        int[] shape = stack.Shape[1..];
        int count = shape.Aggregate(1, static (a, b) => a * b);
        return new ReferenceTensor(shape, stack.Data[(layer * count)..((layer + 1) * count)]);
    }
}
