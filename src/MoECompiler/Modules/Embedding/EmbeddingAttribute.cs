namespace MoECompiler;

/// <summary>Declares a table that ids index: y = w[id]. i32[...] gives f32[..., width].</summary>
/// <param name="count">The number of rows; ids are from 0 to below it.</param>
/// <param name="width">The extent of a row.</param>
/// <remarks>count * width weights. A new one is N(0, 1), as in PyTorch.</remarks>
public sealed class EmbeddingAttribute(int count, int width) : MemberAttribute
{
    public int Count { get; } = count;

    public int Width { get; } = width;

    /// <summary>
    /// A step trains the rows that it read and touches no others: neither their weights, which do not decay, nor what an optimizer remembers of them.
    /// What a step costs does not depend on count then. The table may be read in one place only.
    /// </summary>
    public bool Sparse { get; set; }
}
