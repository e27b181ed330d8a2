using MoECompiler.Adapters;
using MoECompiler.Generators.Parsing;

namespace MoECompiler.Generators.Emission;

/// <summary>Emits <c>XBank.Adapter.g.cs</c>: the class that has many adapters of one declaration at hand.</summary>
internal static class BankFile
{
    public static string Emit(AdapterSpec spec, EquatableArray<AdapterSite> sites, Graph forward)
    {
        List<GraphParameter> parameters = [.. forward.Parameters.Where(static p => !p.IsOfBase)];
        SourceWriter writer = SourceHeader.Begin(
            spec.Namespace, ["System", "global::MoECompiler"], $"{spec.BankName}: {spec.Base.Name} with another {spec.Name} for each sample of a batch.");
        writer.Line($"/// <summary>Runs <see cref=\"{spec.BaseType}\"/> with many adapters at once: each sample of a batch names its own.</summary>");
        writer.Open($"{spec.Accessibility} sealed partial class {spec.BankName} : AdapterBank");
        writer.Summary("An empty bank.");
        writer.Line("/// <param name=\"model\">The model; it must outlive the bank.</param>");
        writer.Line("/// <param name=\"capacity\">How many adapters there is room for.</param>");
        writer.Open($"public {spec.BankName}({spec.BaseType} model, int capacity) : base(model, capacity)");
        writer.Line("Base = model;");
        string[] sizes = [.. spec.AsBank.Sizes.Where(s => parameters.Any(p => p.Value.Type.Shape.Any(e => e.Symbols.Contains(s.Name)))).Select(static s => $"{s.Name} = {s.Bound}")];
        writer.Line($"int {string.Join(", ", sizes)};");
        writer.Line();
        foreach (AdapterSite site in sites)
        {
            writer.Line($"{site.Name} = AddSite(").Indent();
            List<GraphParameter> own = [.. parameters.Where(p => p.Value.Name.StartsWith(site.Name + ".", StringComparison.Ordinal))];
            for (int i = 0; i < own.Count; i++)
                writer.Line(ModelFile.Parameter(own[i]) + (i + 1 < own.Count ? "," : ");"));
            writer.Unindent();
        }
        writer.Line();
        writer.Line("AllocateParameters();");
        writer.Close();
        writer.Line();
        writer.Summary("The model whose weights the adapters change.");
        writer.Line($"public new {spec.BaseType} Base {{ get; }}");
        writer.Line();
        writer.Summary("The sizes that the model was made with.");
        writer.Line($"public {spec.BaseType}Sizes Sizes => Base.Sizes;");
        foreach (AdapterSite site in sites)
        {
            writer.Line();
            writer.Summary($"The factors of all adapters for {site.Weight.Value.Name.Replace(".Stacked", "")}.");
            writer.Line($"private BankedFactors {site.Name} {{ get; }}");
        }
        writer.Line();
        writer.Summary("Copies the adapter's factors into the bank.");
        writer.Line("/// <returns>Its number, to be named by the samples that it is for; 0 is the model without an adapter.</returns>");
        writer.Line("/// <exception cref=\"InvalidOperationException\">The bank is full.</exception>");
        writer.Line("/// <exception cref=\"ArgumentException\">The adapter is of another instance of the model.</exception>");
        writer.Line($"public int Add({spec.Name} adapter) => AddFactors(adapter);");
        writer.Line();
        writer.Summary("Overwrites the adapter of a number.");
        writer.Line("/// <exception cref=\"ArgumentException\">No adapter has the number, or the adapter is of another instance of the model.</exception>");
        writer.Line($"public void Replace(int number, {spec.Name} adapter) => ReplaceFactors(number, adapter);");
        return writer.Close().ToString();
    }
}
