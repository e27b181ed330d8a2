namespace MoECompiler.Reference;

/// <summary>An op's definition: plain loops in double precision. Every op has one, in its <c>X.Reference.cs</c>.</summary>
public interface IReference
{
    /// <summary>The results for <paramref name="operands"/>, in new tensors of the <paramref name="shapes"/> that the shape rule gave.</summary>
    ReferenceTensor[] Run(ReferenceTensor[] operands, int[][] shapes, ReferenceContext context);
}

/// <summary>What a definition needs beside its operands.</summary>
/// <param name="Sizes">The value of each named size, the batch's included.</param>
/// <param name="Random">What random ops draw from.</param>
public sealed record ReferenceContext(Func<string, long> Sizes, RandomState Random)
{
    public int Evaluate(Size size) => checked((int)size.Evaluate(Sizes));
}
