namespace MoECompiler.Generators.Emission;

/// <summary>Prints a formula over lanes of floats: <c>Lane.Relu(sum + bias)</c>, with operators where C# has them.</summary>
internal static class VectorDialect
{
    /// <param name="expression">The formula.</param>
    /// <param name="input">The text of each input.</param>
    /// <param name="extent">The field that holds an extent.</param>
    public static string Print(ScalarExpression expression, Func<int, string> input, Func<Size, string> extent) => Print(expression, input, extent, 0);

    /// <summary>The same for people: in doc comments numbers are just numbers.</summary>
    public static string Describe(ScalarExpression expression, Func<int, string> input, Func<Size, string> extent) => System.Text.RegularExpressions.Regex
        .Replace(Print(expression, input, extent, 0), @"V\.Of\((?<number>[^()]*?)f?\)", "${number}")
        .Replace("V.Zero", "0")
        .Replace("Lane.", "");

    /// <param name="outer">How tightly what is around binds: 0 nothing, 1 a sum, 2 a product, 3 the right of a difference or a quotient.</param>
    private static string Print(ScalarExpression expression, Func<int, string> input, Func<Size, string> extent, int outer)
    {
        switch (expression)
        {
            case ScalarExpression.Input i:
                return input(i.Index);
            case ScalarExpression.Constant { Value: 0 }:
                return "V.Zero";
            case ScalarExpression.Constant constant:
                return $"V.Of({ScalarExpression.Constant.Text(constant.Value)})";
            case ScalarExpression.Extent e:
                return $"V.Of({extent(e.Size)})";
            case ScalarExpression.Apply { Function: var function } apply when function.Infix is { } infix:
                int binds = infix is "+" or "-" ? 1 : 2;
                string left = Print(apply.Arguments[0], input, extent, binds);
                string right = Print(apply.Arguments[1], input, extent, infix is "-" or "/" ? 3 : binds + (infix == "*" ? 1 : 0));
                string text = $"{left} {infix} {right}";
                return outer > binds || outer == 3 ? $"({text})" : text;
            case ScalarExpression.Apply { Function: var function } apply when function == ScalarFunction.Negate:
                return "-" + Print(apply.Arguments[0], input, extent, 3);
            case ScalarExpression.Apply apply:
                return $"Lane.{apply.Function.Name}({string.Join(", ", apply.Arguments.Select(a => Print(a, input, extent, 0)))})";
            default:
                throw new InvalidOperationException();
        }
    }

    /// <summary>The names of the functions, innermost first: what a formula can be called by.</summary>
    public static IEnumerable<string> Functions(ScalarExpression expression) => expression is ScalarExpression.Apply apply
        ? apply.Arguments.SelectMany(Functions).Concat([apply.Function.Name])
        : [];
}
