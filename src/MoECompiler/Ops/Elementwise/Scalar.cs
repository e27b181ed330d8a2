namespace MoECompiler.Ops;

/// <summary>Makes scalar expressions; simple identities and constants are folded on the way.</summary>
public static partial class Scalar
{
    public static ScalarExpression In(int index) => new ScalarExpression.Input(index);

    public static ScalarExpression Constant(float value) => new ScalarExpression.Constant(value);

    public static ScalarExpression Extent(Size size) =>
        size.Constant is { } value ? new ScalarExpression.Constant(value) : new ScalarExpression.Extent(size);

    public static ScalarExpression Of(ScalarFunction function, params ScalarExpression[] arguments)
    {
        if (arguments.Length > 0 && arguments.All(static a => a is ScalarExpression.Constant))
        {
            // Only a value that a float holds exactly: a rounded one would be another formula to the reference.
            double value = function.Evaluate([.. arguments.Select(static a => (double)((ScalarExpression.Constant)a).Value)]);
            if (value == (float)value)
                return (float)value;
        }
        return Identity(function, arguments) ?? new ScalarExpression.Apply(function, arguments.ToEquatable());
    }

    /// <summary>
    /// x + 0, x - 0, x * 1, x / 1 and -(-x) are x, and 0 - x is -x: the same for infinities and NaN too, and but for the sign of a zero the
    /// same bits. 0 * x stays, since it is NaN where x is.
    /// </summary>
    private static ScalarExpression? Identity(ScalarFunction function, ScalarExpression[] arguments)
    {
        if (function == ScalarFunction.Add)
            return Is(arguments[0], 0) ? arguments[1] : Is(arguments[1], 0) ? arguments[0] : null;
        if (function == ScalarFunction.Subtract)
            return Is(arguments[1], 0) ? arguments[0] : Is(arguments[0], 0) ? Negate(arguments[1]) : null;
        if (function == ScalarFunction.Multiply)
            return Is(arguments[0], 1) ? arguments[1] : Is(arguments[1], 1) ? arguments[0] : null;
        if (function == ScalarFunction.Divide)
            return Is(arguments[1], 1) ? arguments[0] : null;
        if (function == ScalarFunction.Negate && arguments[0] is ScalarExpression.Apply { Function: var inner, Arguments: var negated } && inner == ScalarFunction.Negate)
            return negated[0];
        return null;
    }

    private static bool Is(ScalarExpression expression, float value) => expression is ScalarExpression.Constant constant && constant.Value == value;
}
