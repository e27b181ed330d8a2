namespace MoECompiler.Ops;

/// <summary>How an operand of an epilogue spreads over the rows and columns of the product.</summary>
public enum EpilogueOperand
{
    /// <summary>An element for each element.</summary>
    PerElement,

    /// <summary>An element for each column.</summary>
    PerColumn,

    /// <summary>An element for each row.</summary>
    PerRow,

    /// <summary>One element for all.</summary>
    PerResult,
}

public static class EpilogueOperands
{
    /// <summary>How many operands a product's epilogue has at most: a launch passes them with the product's own.</summary>
    internal static int Most(IFusesEpilogue product) => Elementwise.MaximumOperands - (product.Second is null ? 0 : 3);

    /// <summary>How <paramref name="operand"/> spreads over <paramref name="result"/>; null where it does so in none of the ways that a kernel knows.</summary>
    public static EpilogueOperand? Of(TensorType operand, TensorType result)
    {
        if (operand.Count == Size.One)
            return EpilogueOperand.PerResult;
        if (operand.Shape.Equals(result.Shape))
            return EpilogueOperand.PerElement;
        if (operand.Count == operand.Columns && operand.Columns == result.Columns)
            return EpilogueOperand.PerColumn;
        bool oneColumn = operand.Rank == result.Rank && operand.Columns == Size.One && operand.Rows == result.Rows;
        return oneColumn ? EpilogueOperand.PerRow : null;
    }
}
