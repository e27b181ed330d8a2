using MoECompiler.Generators.Lowering;

namespace MoECompiler.Generators.Emission;

/// <summary>The formulas of a model, each once: a struct for each, named by what it computes.</summary>
/// <param name="taken">Names that the class has already: of members, sizes and methods.</param>
internal sealed class FormulaTable(IEnumerable<string> taken)
{
    private readonly Dictionary<string, Formula> _formulas = new(StringComparer.Ordinal);
    private readonly HashSet<string> _names = new(taken, StringComparer.Ordinal);

    /// <summary>In order of first use.</summary>
    public List<Formula> All { get; } = [];

    /// <summary>The formula of a plain elementwise node.</summary>
    public Formula Elementwise(Node node) => Find(((Elementwise)node.Op).Expression, [], node);

    /// <summary>The epilogue of a product.</summary>
    public Formula Epilogue(Node node, IFusesEpilogue op)
    {
        List<EpilogueOperand> operands = [.. node.Operands.Skip(op.ProductOperands).Select(o => EpilogueOperands.Of(o.Type, node.Result.Type)!.Value)];
        return Find(op.Epilogue!, operands, node);
    }

    private Formula Find(ScalarExpression expression, List<EpilogueOperand> operands, Node node)
    {
        bool isEpilogue = node.Op is IFusesEpilogue;
        int arity = isEpilogue ? operands.Count : node.Operands.Count;
        // Extents are told apart by place only: the call hands their numbers in.
        List<Size> extents = [.. expression.Extents];
        string key = $"{isEpilogue}/{arity}/{string.Join(",", operands)}/{FormulaDialect.Vector.Print(expression, static i => $"#{i}", e => $"@{extents.IndexOf(e)}")}";
        if (_formulas.TryGetValue(key, out Formula? known))
            return known;

        List<string> functions = [.. FormulaDialect.Functions(expression)];
        string name = functions.Count <= 4 ? string.Concat(functions) : Naming.Pascal(node.Result.Name.Replace("_", "")) + (isEpilogue ? "Epilogue" : "Formula");
        if (functions.Count == 0)
            name = "Spread";
        string unique = name;
        for (int i = 2; !_names.Add(unique); i++)
            unique = $"{name}{i}";
        Formula formula = new(unique, expression, isEpilogue, arity, operands, extents.Count);
        _formulas.Add(key, formula);
        All.Add(formula);
        return formula;
    }
}

/// <summary>A struct to emit.</summary>
/// <param name="Name">The struct's name.</param>
/// <param name="Expression">What it computes.</param>
/// <param name="IsEpilogue">It takes a product's sum as In(0); else it takes operands.</param>
/// <param name="Operands">How many operands beside the sum.</param>
/// <param name="Kinds">How an epilogue's operands spread.</param>
/// <param name="Extents">How many extents it is given as numbers.</param>
internal sealed record Formula(string Name, ScalarExpression Expression, bool IsEpilogue, int Operands, List<EpilogueOperand> Kinds, int Extents);
