namespace MoECompiler.Generators.Emission.Gpu;

/// <summary>An operand of a product whose parts a group stages in shared memory: where its lines lie in memory, as text.</summary>
/// <param name="product">The product.</param>
/// <param name="pair">The pair that it belongs to.</param>
/// <param name="isLeft">Which operand it is.</param>
internal abstract class StagedOperand(Product product, ProductPair pair, bool isLeft)
{
    /// <summary>Whether neighbouring elements of a line are neighbours along the depth.</summary>
    protected bool RunsAlongDepth { get; } = isLeft ? pair.LeftAlongDepth : pair.RightAlongDepth;

    protected ProductPair Pair => pair;

    /// <summary>Whether lines are in 4 bits: they are asked for by their numbers.</summary>
    protected bool IsQuantized => !isLeft && pair.IsQuantized;

    /// <summary>The step of the depth of the whole product that a step of the tile's is.</summary>
    protected string Deep(string step) => product.IsInParts ? $"{pair.FirstDepth} + {step}" : step;

    /// <summary>The number of the matrix that the operand's lines are of.</summary>
    protected string Matrix => HasMatrices ? $"{pair.TileDepth} == 0 ? 0 : tile.Product" : "0";

    /// <summary>What its memory is called by, and what it is read with begins with.</summary>
    public string Name => pair.IsSecond ? isLeft ? "secondLeft" : "secondRight" : isLeft ? "left" : "right";

    /// <summary>The memory of the pair before, which is done with when this one begins; null where it is the first.</summary>
    protected string? Before => pair.IsSecond ? isLeft ? "left" : "right" : null;

    protected string View => isLeft ? pair.Left : pair.Right;

    /// <summary>The depth that is staged.</summary>
    protected string Depth => pair.TileDepth;

    /// <summary>The type of narrow elements, as an argument of what loads them.</summary>
    protected string Format => pair.Type.Format();

    protected string First => isLeft ? "tile.FirstRow" : "tile.FirstColumn";

    protected string End => isLeft ? "tile.EndRow" : "shape.Columns";

    protected string Extent => isLeft ? "shape.Rows" : "shape.Columns";

    protected string Aligned => pair.Aligned(isLeft);

    /// <summary>Whether the lines of the operand are those of the order's tokens.</summary>
    private bool Gathers => pair.Gathered == View;

    /// <summary>The product that the operand's matrix belongs to, where it has one for each.</summary>
    private bool HasMatrices => product.Node.Op is BatchMatMul || (product.IsGrouped && !isLeft);

    /// <summary>Where a line begins that runs along the depth.</summary>
    protected string Start(string line)
    {
        if (Gathers)
            return $"{line} < {End} ? (long)(order[{line}] / shape.Slots) * {pair.Depth} : 0";
        string row = HasMatrices ? $"((long)tile.Product * {Extent} + {line})" : $"(long){line}";
        return $"{row} * {pair.Depth}{(product.IsInParts ? $" + {pair.FirstDepth}" : "")}";
    }

    /// <summary>Where the line of a step of the depth begins.</summary>
    protected string Line(string step)
    {
        if (product.IsGradient && Gathers)
            return $"{step} < tile.Depth ? (long)(order[tile.FirstDepth + {step}] / shape.Slots) * {Extent} : 0";
        if (product.IsGradient)
            return $"(long)(tile.FirstDepth + {step}) * {Extent}";
        return HasMatrices ? $"((long)tile.Product * {pair.Depth} + {step}) * {Extent}" : $"(long)({(product.IsInParts ? $"{pair.FirstDepth} + " : "")}{step}) * {Extent}";
    }
}
