namespace MoECompiler.Ops;

public sealed partial class ScalarFunction
{
    public static readonly ScalarFunction Add = new("Add", static x => x[0] + x[1], static (x, y) => [1f, 1f], "+");

    public static readonly ScalarFunction Subtract = new("Subtract", static x => x[0] - x[1], static (x, y) => [1f, -1f], "-");

    public static readonly ScalarFunction Multiply = new("Multiply", static x => x[0] * x[1], static (x, y) => [x[1], x[0]], "*");

    public static readonly ScalarFunction Divide = new(
        "Divide", static x => x[0] / x[1], static (x, y) => [Scalar.Reciprocal(x[1]), -(y / x[1])], "/");

    public static readonly ScalarFunction Negate = new("Negate", static x => -x[0], static (x, y) => [-1f]);

    public static readonly ScalarFunction Reciprocal = new("Reciprocal", static x => 1 / x[0], static (x, y) => [-(y * y)]);

    public static readonly ScalarFunction Square = new("Square", static x => x[0] * x[0], static (x, y) => [2f * x[0]]);

    public static readonly ScalarFunction Sqrt = new("Sqrt", static x => Math.Sqrt(x[0]), static (x, y) => [0.5f / y]);

    /// <summary>1 / sqrt(x).</summary>
    public static readonly ScalarFunction Rsqrt = new("Rsqrt", static x => 1 / Math.Sqrt(x[0]), static (x, y) => [-0.5f * y / x[0]]);

    /// <summary>|x|; the derivative at 0 is 0.</summary>
    public static readonly ScalarFunction Abs = new("Abs", static x => Math.Abs(x[0]), static (x, y) => [Scalar.Sign(x[0])]);

    /// <summary>-1, 0 or 1.</summary>
    public static readonly ScalarFunction Sign = new("Sign", static x => x[0] > 0 ? 1 : x[0] < 0 ? -1 : 0, static (x, y) => [0f]);

    /// <summary>1 where x is greater than 0, else 0.</summary>
    public static readonly ScalarFunction Step = new("Step", static x => x[0] > 0 ? 1 : 0, static (x, y) => [0f]);

    /// <summary>The lesser; equal numbers pass the gradient to the first.</summary>
    public static readonly ScalarFunction Min = new(
        "Min", static x => Math.Min(x[0], x[1]), static (x, y) => [1f - Scalar.Step(x[0] - x[1]), Scalar.Step(x[0] - x[1])]);

    /// <summary>The greater; equal numbers pass the gradient to the first.</summary>
    public static readonly ScalarFunction Max = new(
        "Max", static x => Math.Max(x[0], x[1]), static (x, y) => [1f - Scalar.Step(x[1] - x[0]), Scalar.Step(x[1] - x[0])]);

    /// <summary>The second where the first is greater than 0, else the third.</summary>
    public static readonly ScalarFunction Select = new(
        "Select", static x => x[0] > 0 ? x[1] : x[2], static (x, y) => [0f, Scalar.Step(x[0]), 1f - Scalar.Step(x[0])]);
}

public static partial class Scalar
{
    public static ScalarExpression Negate(ScalarExpression x) => Of(ScalarFunction.Negate, x);

    public static ScalarExpression Reciprocal(ScalarExpression x) => Of(ScalarFunction.Reciprocal, x);

    public static ScalarExpression Square(ScalarExpression x) => Of(ScalarFunction.Square, x);

    public static ScalarExpression Sqrt(ScalarExpression x) => Of(ScalarFunction.Sqrt, x);

    public static ScalarExpression Rsqrt(ScalarExpression x) => Of(ScalarFunction.Rsqrt, x);

    public static ScalarExpression Abs(ScalarExpression x) => Of(ScalarFunction.Abs, x);

    public static ScalarExpression Sign(ScalarExpression x) => Of(ScalarFunction.Sign, x);

    public static ScalarExpression Step(ScalarExpression x) => Of(ScalarFunction.Step, x);

    public static ScalarExpression Min(ScalarExpression x, ScalarExpression y) => Of(ScalarFunction.Min, x, y);

    public static ScalarExpression Max(ScalarExpression x, ScalarExpression y) => Of(ScalarFunction.Max, x, y);

    public static ScalarExpression Select(ScalarExpression condition, ScalarExpression x, ScalarExpression y) =>
        Of(ScalarFunction.Select, condition, x, y);
}
