using MoECompiler.Reference;

namespace MoECompiler.Ops;

public sealed partial record Region : IReference
{
    ReferenceTensor[] IReference.Run(ReferenceTensor[] operands, int[][] shapes, ReferenceContext context)
    {
        Dictionary<string, ReferenceTensor> given = Body.Inputs.Zip(operands).ToDictionary(static p => p.First.Name, static p => p.Second, StringComparer.Ordinal);
        IReadOnlyDictionary<string, ReferenceTensor> values = ReferenceRunner.RunAll(Body, given, context);
        return [.. Body.Outputs.Select(o => values[o.Value.Name])];
    }
}
