namespace MoECompiler.Generators.Emission.Gpu;

/// <summary>Two operands of a product as its kernels see them: the sum over a depth of left[row, depth] * right[depth, column].</summary>
/// <param name="Kind">What the product of both is called by.</param>
/// <param name="Left">The view that the left operand is read from.</param>
/// <param name="Right">The view that the right operand is read from.</param>
/// <param name="Type">What both are stored in, unless the right one is in 4 bits: then the left one.</param>
/// <param name="IsQuantized">Whether the right operand is in 4 bits, which kernels read by an <c>Nf4Lines</c> and no <c>ArrayView</c>.</param>
/// <param name="LeftAlongDepth">Whether neighbouring elements of the left operand are of one row, not of one step of the depth.</param>
/// <param name="RightAlongDepth">Whether neighbouring elements of the right operand are of one column, not of one step of the depth.</param>
/// <param name="Gathered">The view whose rows are those of the order's tokens, if one has.</param>
/// <param name="IsSecond">Whether sums go on over it, after another pair.</param>
internal sealed record ProductPair(
    string Kind, string Left, string Right, DType Type, bool IsQuantized, bool LeftAlongDepth, bool RightAlongDepth, string? Gathered = null, bool IsSecond = false)
{
    /// <summary>What the product is called by with its type.</summary>
    public string Name => Kind + (IsQuantized ? $"{DType.NF4}" : Type.IsNarrow() ? $"{Type}" : "");

    /// <summary>The declaration of the lines of a right operand in 4 bits.</summary>
    /// <param name="matrix">Which of some matrices it is.</param>
    public string Lines(string matrix) => $"Nf4Lines lines = new({Right}, tables, {(RightAlongDepth ? $"shape.Columns, {Depth}" : $"{Depth}, shape.Columns")}, {matrix});";

    /// <summary>What names of the second pair end with.</summary>
    public string Suffix => IsSecond ? "2" : "";

    /// <summary>How many products an element sums up.</summary>
    public string Depth => IsSecond ? "shape.SecondDepth" : "shape.Depth";

    /// <summary>How many of them a tile does.</summary>
    public string TileDepth => IsSecond ? "tile.SecondDepth" : "tile.Depth";

    /// <summary>Where a tile's depth begins.</summary>
    public string FirstDepth => IsSecond ? "tile.SecondFirstDepth" : "tile.FirstDepth";

    /// <summary>Whether an operand can be read 128 bits at a time, as a number that is not 0.</summary>
    public string Aligned(bool isLeft) => $"shape.Aligned & ProductShape.{(IsSecond ? "Second" : "")}{(isLeft ? "Left" : "Right")}Aligned";
}
