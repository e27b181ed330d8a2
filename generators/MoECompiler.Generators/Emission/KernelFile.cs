using MoECompiler.Generators.Parsing;

namespace MoECompiler.Generators.Emission;

/// <summary>Emits <c>X.Kernels.g.cs</c>: the fused formulas, one struct each.</summary>
internal static class KernelFile
{
    private static readonly string[] s_operands = ["a", "b", "c", "d", "e", "f"];

    public static string Emit(ModelSpec spec, FormulaTable formulas)
    {
        SourceWriter writer = SourceHeader.Begin(
            spec, ["global::MoECompiler", "global::MoECompiler.Ops"],
            $"The formulas of {spec.Name}: each is applied to a register of floats, by a loop over elements or at the end of a product.");
        writer.Open($"partial class {spec.Name}");
        for (int i = 0; i < formulas.All.Count; i++)
        {
            if (i > 0)
                writer.Line();
            if (formulas.All[i].IsEpilogue)
                Epilogue(writer, formulas.All[i]);
            else
                Elementwise(writer, formulas.All[i]);
        }
        return writer.Close().ToString();
    }

    private static void Elementwise(SourceWriter writer, Formula formula)
    {
        List<Size> extents = [.. formula.Expression.Extents];
        string text = FormulaDialect.Vector.Print(formula.Expression, static i => s_operands[i], e => $"extent{extents.IndexOf(e)}");
        string summary = FormulaDialect.Describe(formula.Expression, static i => s_operands[i], e => $"extent{extents.IndexOf(e)}");
        string parameters = string.Join(", ", s_operands.Take(formula.Operands).Select(static o => $"V {o}"));
        writer.Summary($"{summary}.");
        writer.Open($"private readonly struct {formula.Name}{Constructor([], formula.Extents)} : IFormula{formula.Operands}");
        writer.Line($"public V Apply<V>({parameters}) where V : unmanaged, ILanes<V> => {text};");
        writer.Close();
    }

    private static void Epilogue(SourceWriter writer, Formula formula)
    {
        List<Size> extents = [.. formula.Expression.Extents];
        string[] names = [.. s_operands.Take(formula.Operands)];
        string Input(int i) => i == 0 ? "sum" : $"_{names[i - 1]}.At<V>(row, column)";
        string text = FormulaDialect.Vector.Print(formula.Expression, Input, e => $"extent{extents.IndexOf(e)}");
        string summary = FormulaDialect.Describe(formula.Expression, i => i == 0 ? "sum" : names[i - 1], e => $"extent{extents.IndexOf(e)}");
        writer.Summary($"{summary}.");
        writer.Open($"private readonly struct {formula.Name}{Constructor(names, formula.Extents)} : IEpilogue");
        for (int i = 0; i < names.Length; i++)
            writer.Line($"private readonly {formula.Kinds[i]} _{names[i]} = new({names[i]});");
        if (names.Length > 0)
            writer.Line();
        writer.Line($"public V Apply<V>(V sum, long row, int column) where V : unmanaged, ILanes<V> => {text};");
        writer.Close();
    }

    /// <summary>The primary constructor's parameters: views, then extents as numbers.</summary>
    private static string Constructor(string[] views, int extents)
    {
        string[] parameters = [.. views.Select(static v => $"View<float> {v}"), .. Enumerable.Range(0, extents).Select(static i => $"float extent{i}")];
        return parameters.Length == 0 ? "" : $"({string.Join(", ", parameters)})";
    }
}
