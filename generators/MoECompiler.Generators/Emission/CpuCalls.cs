namespace MoECompiler.Generators.Emission;

/// <summary>Calls of the library's kernels for processors, each with the emitted struct of its fused formula.</summary>
internal sealed class CpuCalls(FormulaTable formulas) : KernelCalls
{
    public override string Call(Node node, Func<Value, string> text, string random) => Library("Kernels", "cpu", node, text, random, node.Op switch
    {
        Elementwise elementwise => [Construct(formulas.Elementwise(node), [], elementwise.Expression)],
        IFusesEpilogue { Epilogue: { } epilogue } fused => [Construct(formulas.Epilogue(node, fused), node.Operands.Skip(fused.ProductOperands).Select(text), epilogue)],
        _ => [],
    });

    public override string Copy(string from, string to) => $"Kernels.Copy(cpu, {from}, {to});";

    private static string Construct(Formula formula, IEnumerable<string> views, ScalarExpression expression) =>
        $"new {formula.Name}({string.Join(", ", views.Concat(expression.Extents.Select(static e => e.ToString())))})";
}
