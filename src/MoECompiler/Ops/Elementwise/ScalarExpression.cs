using System.Globalization;

namespace MoECompiler.Ops;

/// <summary>
/// A formula on one element of each operand. It is written once and printed for whatever runs it; its own text is the C# that makes it,
/// such as <c>Relu(In(0) + In(1))</c>.
/// </summary>
public abstract record ScalarExpression
{
    /// <summary>The element of operand <paramref name="Index"/>.</summary>
    public sealed record Input(int Index) : ScalarExpression
    {
        public override string ToString() => $"In({Index})";
    }

    public sealed record Constant(float Value) : ScalarExpression
    {
        public override string ToString() => $"Constant({Text(Value)})";

        /// <summary>A float as a C# literal that reads back to the same bits.</summary>
        public static string Text(float value) =>
            float.IsNaN(value) ? "float.NaN"
            : float.IsPositiveInfinity(value) ? "float.PositiveInfinity"
            : float.IsNegativeInfinity(value) ? "float.NegativeInfinity"
            : value.ToString("R", CultureInfo.InvariantCulture) + "f";
    }

    /// <summary>An extent as a number: known when the model's sizes are bound.</summary>
    public sealed record Extent(Size Size) : ScalarExpression
    {
        public override string ToString() => $"Extent({Size})";
    }

    public sealed record Apply(ScalarFunction Function, EquatableArray<ScalarExpression> Arguments) : ScalarExpression
    {
        public override string ToString() => Function.Infix is { } infix
            ? $"({Arguments[0]} {infix} {Arguments[1]})"
            : $"{Function.Name}({string.Join(", ", Arguments)})";
    }

    public static implicit operator ScalarExpression(float value) => new Constant(value);

    public static ScalarExpression operator +(ScalarExpression left, ScalarExpression right) => Scalar.Of(ScalarFunction.Add, left, right);

    public static ScalarExpression operator -(ScalarExpression left, ScalarExpression right) => Scalar.Of(ScalarFunction.Subtract, left, right);

    public static ScalarExpression operator *(ScalarExpression left, ScalarExpression right) => Scalar.Of(ScalarFunction.Multiply, left, right);

    public static ScalarExpression operator /(ScalarExpression left, ScalarExpression right) => Scalar.Of(ScalarFunction.Divide, left, right);

    public static ScalarExpression operator -(ScalarExpression value) => Scalar.Negate(value);

    /// <summary>The expression with each input replaced.</summary>
    public ScalarExpression Substitute(Func<int, ScalarExpression> replacement) => this switch
    {
        Input input => replacement(input.Index),
        Apply apply => Scalar.Of(apply.Function, [.. apply.Arguments.Select(a => a.Substitute(replacement))]),
        _ => this,
    };

    /// <summary>The indices of the inputs that occur, ascending.</summary>
    public IEnumerable<int> Inputs => Occurrences().Distinct().OrderBy(static i => i);

    private IEnumerable<int> Occurrences() => this switch
    {
        Input input => [input.Index],
        Apply apply => apply.Arguments.SelectMany(static a => a.Occurrences()),
        _ => [],
    };

    /// <summary>The extents that occur, in order of occurrence.</summary>
    public IEnumerable<Size> Extents => this switch
    {
        Extent extent => [extent.Size],
        Apply apply => apply.Arguments.SelectMany(static a => a.Extents).Distinct(),
        _ => [],
    };

    /// <summary>The value in double precision: the definition of right.</summary>
    public double Evaluate(IReadOnlyList<double> inputs, Func<string, long> sizes) => this switch
    {
        Input input => inputs[input.Index],
        Constant constant => constant.Value,
        Extent extent => extent.Size.Evaluate(sizes),
        Apply apply => apply.Function.Evaluate([.. apply.Arguments.Select(a => a.Evaluate(inputs, sizes))]),
        _ => throw new InvalidOperationException(),
    };

    /// <summary>
    /// The derivative with respect to input <paramref name="index"/>. <paramref name="result"/> stands for the value of the whole
    /// expression: an activation's derivative is often a formula on its own output. A part that does not depend on the input adds nothing,
    /// not 0 times its factors: an infinity among them makes no NaN.
    /// </summary>
    public ScalarExpression Differentiate(int index, ScalarExpression? result = null)
    {
        switch (this)
        {
            case Input input:
                return input.Index == index ? 1f : 0f;
            case Apply apply:
                ScalarExpression sum = 0f;
                IReadOnlyList<ScalarExpression> partials = apply.Function.Derivative(apply.Arguments, result ?? this);
                for (int i = 0; i < apply.Arguments.Count; i++)
                {
                    ScalarExpression inner = apply.Arguments[i].Differentiate(index);
                    if (partials[i] is not Constant { Value: 0 } && inner is not Constant { Value: 0 })
                        sum += partials[i] * inner;
                }
                return sum;
            default:
                return 0f;
        }
    }

    public abstract override string ToString();
}
