namespace MoECompiler.Training;

/// <summary>
/// What an optimizer makes of an element of a parameter, of its gradient and of what it remembers: written once for all devices. Its
/// fields are numbers that are the same for all elements.
/// </summary>
/// <typeparam name="V">An element, or a register full of them.</typeparam>
internal interface IUpdateFormula<V> where V : unmanaged, ILanes<V>
{
    /// <summary>How many numbers are remembered of each element: 0, 1 or 2.</summary>
    static abstract int States { get; }

    /// <summary>The floating-point operations for an element, a fused multiply-add counted as two.</summary>
    static abstract int Flops { get; }

    /// <param name="gradient">Scaled.</param>
    /// <param name="value">Of the parameter.</param>
    /// <param name="first">What is remembered; anything where nothing is.</param>
    /// <param name="second">What else is remembered.</param>
    void Apply(V gradient, ref V value, ref V first, ref V second);
}

/// <summary>One update by an optimizer, with its numbers in double precision.</summary>
internal interface IUpdateRule
{
    /// <summary>Has the formula applied to parameters of a group with these settings.</summary>
    void Run<V, TLoop>(double learningRateFactor, double weightDecay, TLoop loop)
        where V : unmanaged, ILanes<V>
        where TLoop : struct, IUpdateLoop<V>;
}

/// <summary>Applies a formula to elements: a processor register by register, a GPU with a launch.</summary>
internal interface IUpdateLoop<V> where V : unmanaged, ILanes<V>
{
    void Run<TFormula>(in TFormula formula) where TFormula : unmanaged, IUpdateFormula<V>;
}
