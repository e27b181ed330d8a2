namespace MoECompiler.Ops;

/// <summary>A product whose kernel applies a formula to each finished sum, while it is still in a register.</summary>
public interface IFusesEpilogue : IRoundsResult
{
    /// <summary>The formula; null stores the sums as they are.</summary>
    ScalarExpression? Epilogue { get; }

    /// <summary>How many operands belong to the product; the epilogue's follow them.</summary>
    int ProductOperands { get; }

    /// <summary>How a second pair of operands lies over which the sums go on; null where there is one pair.</summary>
    SecondPair? Second { get; }

    Op WithEpilogue(ScalarExpression? epilogue);
}

internal static class FusedEpilogue
{
    public static string WithEpilogue(this IFusesEpilogue op, string arguments) =>
        op.WithResult(op.Epilogue is null ? arguments : $"{arguments}, Epilogue: {op.Epilogue}");
}
