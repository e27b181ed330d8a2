using System.Globalization;
using MoECompiler.Graphs;
using MoECompiler.Ops;

namespace MoECompiler.Cli.Drawing;

/// <summary>Nodes as a reader would write them.</summary>
internal static class Formulas
{
    /// <summary>Such as <c>Relu(product + Head.Bias)</c> or <c>MatMul(x, Head.Weight)</c>; of a loop without its <paramref name="weights"/>, which are many.</summary>
    public static string Of(Node node, IReadOnlySet<string> weights) => node.Op is Elementwise formula
        ? Text(formula.Expression, node.Operands, isInner: false)
        : $"{node.Op.Name}({string.Join(", ", node.Operands.Select(static o => o.Name).Where(o => node.Op is not Repeat || !weights.Contains(o)))})";

    private static string Text(ScalarExpression expression, EquatableArray<Value> operands, bool isInner) => expression switch
    {
        ScalarExpression.Input input => operands[input.Index].Name,
        ScalarExpression.Constant constant => constant.Value.ToString("R", CultureInfo.InvariantCulture),
        ScalarExpression.Extent extent => extent.Size.ToString() is var size && size.Contains(' ') ? $"({size})" : $"{extent.Size}",
        ScalarExpression.Apply { Function.Infix: { } infix } apply when $"{Text(apply.Arguments[0], operands, true)} {infix} {Text(apply.Arguments[1], operands, true)}" is var text =>
            isInner ? $"({text})" : text,
        ScalarExpression.Apply apply => $"{apply.Function.Name}({string.Join(", ", apply.Arguments.Select(a => Text(a, operands, false)))})",
        _ => expression.ToString(),
    };
}
