namespace MoECompiler.Training;

/// <summary>What an optimizer makes of one element of a parameter, of its gradient and of what it remembers: written once for all devices.</summary>
/// <remarks>Its numbers are floats and integers, as a GPU takes them with a launch.</remarks>
internal interface IUpdateFormula
{
    /// <summary>How many numbers are remembered of each element: 0, 1 or 2.</summary>
    static abstract int States { get; }

    /// <summary>The floating-point operations for an element, a fused multiply-add counted as two.</summary>
    static abstract int Flops { get; }

    /// <summary>Updates an element, or a register full of them.</summary>
    /// <param name="gradient">Scaled.</param>
    /// <param name="value">Of the parameter.</param>
    /// <param name="first">What is remembered; anything where nothing is.</param>
    /// <param name="second">What else is remembered.</param>
    void Apply<V>(V gradient, ref V value, ref V first, ref V second) where V : unmanaged, ILanes<V>;
}

/// <summary>The numbers of one update, in double precision.</summary>
internal interface IUpdateRule<TFormula> where TFormula : unmanaged, IUpdateFormula
{
    /// <summary>The formula for a parameter of a group with these settings.</summary>
    TFormula For(double learningRateFactor, double weightDecay);
}
