using MoECompiler.Generators.Lowering;

namespace MoECompiler.Generators.Emission.Gpu;

/// <summary>The kernels of formulas on elements: a thread computes one element of the result.</summary>
/// <param name="names">Names of the class that are taken; those of the kernels are added.</param>
internal sealed class ElementKernels(HashSet<string> names)
{
    private static readonly string[] s_operands = ["a", "b", "c", "d", "e", "f"];

    private readonly Dictionary<string, Kernel> _kernels = new(StringComparer.Ordinal);
    private readonly List<Kernel> _all = [];

    /// <summary>The statement that computes a node.</summary>
    public string Call(Node node, Func<Value, string> text)
    {
        ScalarExpression expression = ((Elementwise)node.Op).Expression;
        IEnumerable<string> arguments = ["gpu", .. node.Operands.Select(text), text(node.Result), .. expression.Extents.Select(static e => e.ToString())];
        return $"Gpu.{Find(node, expression).Name}({string.Join(", ", arguments)});";
    }

    public void Emit(SourceWriter writer)
    {
        for (int i = 0; i < _all.Count; i++)
        {
            if (i > 0)
                writer.Line();
            Emit(writer, _all[i]);
        }
    }

    private Kernel Find(Node node, ScalarExpression expression)
    {
        ElementRuns runs = new(node.Result.Type, node.Operands.Select(static o => o.Type));
        List<Size> extents = [.. expression.Extents];
        string key = $"{node.Result.Type.Type}/{node.Operands.Count}/{runs.Key}/{FormulaDialect.Scalar.Print(expression, static i => $"#{i}", e => $"@{extents.IndexOf(e)}")}";
        if (!_kernels.TryGetValue(key, out Kernel? kernel))
        {
            kernel = new Kernel(KernelNames.Take(names, expression, node.Result.Name), expression, runs, node);
            _kernels.Add(key, kernel);
            _all.Add(kernel);
        }
        return kernel;
    }

    private static void Emit(SourceWriter writer, Kernel kernel)
    {
        string[] operands = [.. s_operands.Take(kernel.Node.Operands.Count)];
        List<Size> sizes = [.. kernel.Expression.Extents];
        string[] numbers = [.. sizes.Select(static (_, i) => $"number{i}")];
        string[] extents = [.. kernel.Runs.Extents];
        string Number(Size size) => numbers[sizes.IndexOf(size)];

        string where = operands.Length == 0 ? "" : $", of {string.Join(", ", operands.Zip(kernel.Node.Operands, static (o, v) => $"{o} {v.Type}"))}";
        writer.Summary($"y {kernel.Node.Result.Type} = {FormulaDialect.Describe(kernel.Expression, i => operands[i], Number)}{where}.");
        DType result = kernel.Node.Result.Type.Type;
        string parameters = string.Join(", ", ["GpuDevice gpu", .. operands.Select(static o => $"View<float> {o}"), $"View<{result.OfView()}> y", .. numbers.Select(static n => $"float {n}")]);
        writer.Line($"public static void {kernel.Name}({parameters}) => gpu.Launch(");
        writer.Indent();
        writer.Line($"{kernel.Name}Element, Work.PerElement(y.Count, gpu.Traits.ElementGroup, {Flops(kernel.Expression)} * y.Count, {Bytes(operands, result)}),");
        writer.Line(string.Join(", ", [.. operands.Select(static o => $"gpu.Array({o})"), result.Pass("y"), .. kernel.Runs.ExtentTexts, .. numbers]) + ");");
        writer.Unindent();
        writer.Line();
        writer.Line("[ExcludeFromCodeCoverage]");
        parameters = string.Join(", ", [.. operands.Select(static o => $"ArrayView<float> {o}"), $"ArrayView<{result.OfKernel()}> y", .. extents.Select(static e => $"int {e}"), .. numbers.Select(static n => $"float {n}")]);
        writer.Open($"private static void {kernel.Name}Element({parameters})");
        writer.Line("long i = GpuIndex.Element;");
        writer.Line("if (i >= y.Length)");
        writer.Indent().Line("return;").Unindent();
        foreach (string coordinate in kernel.Runs.Coordinates().Reverse().Where(c => IsUsed(c, kernel, operands.Length)))
            writer.Line(coordinate);
        writer.Line($"y[i] = {result.Narrow(FormulaDialect.Scalar.Print(kernel.Expression, i => $"{operands[i]}[{kernel.Runs.Index(i)}]", Number))};");
        writer.Close();
    }

    /// <summary>What is read and written.</summary>
    private static string Bytes(string[] operands, DType result) => result.Bytes() == 4
        ? $"4 * ({string.Join(" + ", operands.Append("y").Select(static o => $"{o}.Count"))})"
        : $"4 * ({string.Join(" + ", operands.Select(static o => $"{o}.Count"))}) + {result.Bytes()} * y.Count";

    private static bool IsUsed(string coordinate, Kernel kernel, int operands)
    {
        string name = coordinate.Split(' ')[1];
        return Enumerable.Range(0, operands).Any(o => kernel.Runs.Index(o).Split(' ', '(', ')').Contains(name));
    }

    /// <summary>Operations of one element, a function counted as one.</summary>
    private static int Flops(ScalarExpression expression) => Math.Max(1, FormulaDialect.Functions(expression).Count());

    private sealed record Kernel(string Name, ScalarExpression Expression, ElementRuns Runs, Node Node);
}
