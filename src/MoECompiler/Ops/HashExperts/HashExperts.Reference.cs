using MoECompiler.Reference;

namespace MoECompiler.Ops;

public sealed partial record HashExperts : IReference
{
    ReferenceTensor[] IReference.Run(ReferenceTensor[] operands, int[][] shapes, ReferenceContext context)
    {
        int experts = context.Evaluate(Experts);
        return [DrawnExperts.Of(shapes[0], experts, (token, slot) => Word((uint)(int)operands[0].Data[token], slot))];
    }

    private uint Word(uint id, int slot)
    {
        (uint x, uint y, uint z, uint w) = Philox.Block((uint)slot / 4, id, DistinctExperts.HashSite, 0, Seed);
        return (slot % 4) switch { 0 => x, 1 => y, 2 => z, _ => w };
    }
}

public sealed partial record RandomExperts : IReference
{
    ReferenceTensor[] IReference.Run(ReferenceTensor[] operands, int[][] shapes, ReferenceContext context)
    {
        int experts = context.Evaluate(Experts);
        return [DrawnExperts.Of(shapes[0], experts, (token, slot) => Philox.Word(context.Random, Site, (long)token * shapes[0][1] + slot))];
    }
}

internal static class DrawnExperts
{
    /// <summary>The experts that are left are in a list, from which a random one is taken for each slot.</summary>
    public static ReferenceTensor Of(int[] shape, int experts, Func<int, int, uint> word)
    {
        ReferenceTensor y = ReferenceTensor.New(shape);
        DistinctExperts.Check(y.Columns, experts);
        for (int token = 0; token < y.Rows; token++)
        {
            List<int> left = [.. Enumerable.Range(0, experts)];
            for (int slot = 0; slot < y.Columns; slot++)
            {
                int drawn = (int)((ulong)word(token, slot) * (ulong)left.Count >> 32);
                y[token, slot] = left[drawn];
                left.RemoveAt(drawn);
            }
        }
        return y;
    }
}
