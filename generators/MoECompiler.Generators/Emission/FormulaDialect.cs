using System.Text.RegularExpressions;

namespace MoECompiler.Generators.Emission;

/// <summary>Prints a formula, with operators where C# has them: one text of the formula, in the words of what computes it.</summary>
internal sealed class FormulaDialect
{
    /// <summary>Over lanes of floats: <c>Lane.Relu(sum + V.Of(2f))</c>.</summary>
    public static readonly FormulaDialect Vector = new("Lane", "V.Zero", static number => $"V.Of({number})");

    /// <summary>Over single floats, in a kernel of a GPU: <c>GpuMath.Relu(sum + 2f)</c>.</summary>
    public static readonly FormulaDialect Scalar = new("GpuMath", "0f", static number => number);

    private readonly string _functions;
    private readonly string _zero;
    private readonly Func<string, string> _number;

    private FormulaDialect(string functions, string zero, Func<string, string> number)
    {
        _functions = functions;
        _zero = zero;
        _number = number;
    }

    /// <param name="expression">The formula.</param>
    /// <param name="input">The text of each input.</param>
    /// <param name="extent">The field that holds an extent.</param>
    public string Print(ScalarExpression expression, Func<int, string> input, Func<Size, string> extent) => Print(expression, input, extent, 0);

    /// <summary>The formula for people: in doc comments numbers are just numbers.</summary>
    public static string Describe(ScalarExpression expression, Func<int, string> input, Func<Size, string> extent) => Regex
        .Replace(Vector.Print(expression, input, extent, 0), @"V\.Of\((?<number>[^()]*?)f?\)", "${number}")
        .Replace("V.Zero", "0")
        .Replace("Lane.", "");

    /// <summary>The names of the functions, innermost first: what a formula can be called by.</summary>
    public static IEnumerable<string> Functions(ScalarExpression expression) => expression is ScalarExpression.Apply apply
        ? apply.Arguments.SelectMany(Functions).Concat([apply.Function.Name])
        : [];

    /// <param name="outer">How tightly what is around binds: 0 nothing, 1 a sum, 2 a product, 3 the right of a difference or a quotient.</param>
    private string Print(ScalarExpression expression, Func<int, string> input, Func<Size, string> extent, int outer)
    {
        switch (expression)
        {
            case ScalarExpression.Input i:
                return input(i.Index);
            case ScalarExpression.Constant { Value: 0 }:
                return _zero;
            case ScalarExpression.Constant constant:
                return _number(ScalarExpression.Constant.Text(constant.Value));
            case ScalarExpression.Extent e:
                return _number(extent(e.Size));
            case ScalarExpression.Apply { Function: var function } apply when function.Infix is { } infix:
                int binds = infix is "+" or "-" ? 1 : 2;
                string left = Print(apply.Arguments[0], input, extent, binds);
                string right = Print(apply.Arguments[1], input, extent, infix is "-" or "/" ? 3 : binds + (infix == "*" ? 1 : 0));
                string text = $"{left} {infix} {right}";
                return outer > binds || outer == 3 ? $"({text})" : text;
            case ScalarExpression.Apply { Function: var function } apply when function == ScalarFunction.Negate:
                return "-" + Print(apply.Arguments[0], input, extent, 3);
            case ScalarExpression.Apply apply:
                return $"{_functions}.{apply.Function.Name}({string.Join(", ", apply.Arguments.Select(a => Print(a, input, extent, 0)))})";
            default:
                throw new InvalidOperationException();
        }
    }
}
