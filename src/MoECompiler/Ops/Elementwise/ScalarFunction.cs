namespace MoECompiler.Ops;

/// <summary>
/// A function of one to three numbers, with its derivative. To add one: an entry here in the file of its family, beside it the method of
/// <see cref="Scalar"/> that applies it, and <c>Lane.Name</c>, the same on a vector of floats.
/// </summary>
public sealed partial class ScalarFunction
{
    private readonly Func<double[], double> _evaluate;
    private readonly Func<IReadOnlyList<ScalarExpression>, ScalarExpression, ScalarExpression[]> _derivative;

    private ScalarFunction(
        string name,
        Func<double[], double> evaluate,
        Func<IReadOnlyList<ScalarExpression>, ScalarExpression, ScalarExpression[]> derivative,
        string? infix = null)
    {
        Name = name;
        Infix = infix;
        _evaluate = evaluate;
        _derivative = derivative;
    }

    /// <summary>The name of the method in <c>Scalar</c>, in <c>Lane</c> and on <c>Tensor</c>.</summary>
    public string Name { get; }

    /// <summary>The C# operator, for the four that have one.</summary>
    public string? Infix { get; }

    public double Evaluate(double[] arguments) => _evaluate(arguments);

    /// <summary>The partial derivatives, as formulas on the arguments and on the function's own result.</summary>
    public IReadOnlyList<ScalarExpression> Derivative(IReadOnlyList<ScalarExpression> arguments, ScalarExpression result) => _derivative(arguments, result);

    public override string ToString() => Name;
}
