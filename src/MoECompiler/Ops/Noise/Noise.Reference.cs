using MoECompiler.Reference;

namespace MoECompiler.Ops;

public sealed partial record Noise : IReference
{
    ReferenceTensor[] IReference.Run(ReferenceTensor[] operands, int[][] shapes, ReferenceContext context)
    {
        ReferenceTensor y = ReferenceTensor.New(shapes[0]);
        for (int i = 0; i < y.Count; i++)
        {
            uint word = Philox.Word(context.Random, Site, i);
            y.Data[i] = Kind switch
            {
                NoiseKind.Uniform => Distributions.Uniform(word),
                NoiseKind.Gumbel => -Math.Log(-Math.Log(Distributions.OpenUniform(word))),
                _ => Normal(Philox.Word(context.Random, Site, i & ~1), Philox.Word(context.Random, Site, i | 1), i % 2 == 0),
            };
        }
        return [y];
    }

    /// <summary>Box and Muller's pair: the first word gives the radius, the second the angle; even elements take the cosine.</summary>
    private static double Normal(uint first, uint second, bool even)
    {
        double radius = Math.Sqrt(-2 * Math.Log(Distributions.OpenUniform(first)));
        double angle = 2 * Math.PI * Distributions.Uniform(second);
        return radius * (even ? Math.Cos(angle) : Math.Sin(angle));
    }
}
