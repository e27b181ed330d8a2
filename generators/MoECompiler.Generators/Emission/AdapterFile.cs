using System.Text.RegularExpressions;
using MoECompiler.Adapters;
using MoECompiler.Generators.Parsing;

namespace MoECompiler.Generators.Emission;

/// <summary>Emits <c>X.Adapter.g.cs</c>: the constructor, what it has for each weight, and what a trainer asks of an adapter.</summary>
internal static class AdapterFile
{
    /// <param name="spec">What was declared.</param>
    /// <param name="sites">The weights that change.</param>
    /// <param name="graph">A graph with all parameters.</param>
    /// <param name="evaluate">The graph with results and metrics; null where the model has no loss.</param>
    public static string Emit(AdapterSpec spec, EquatableArray<AdapterSite> sites, Graph graph, Graph? evaluate)
    {
        List<GraphParameter> parameters = [.. graph.Parameters.Where(static p => !p.IsOfBase)];
        SourceWriter writer = SourceHeader.Begin(
            spec.Namespace, ["System", "System.Collections.Generic", "global::MoECompiler", "global::MoECompiler.Checkpoints", "global::MoECompiler.Data", "global::MoECompiler.Training"],
            $"{spec.Name}: {parameters.Count} parameters that change {sites.Count} weights of {spec.Base.Name}.");
        writer.Open($"partial class {spec.Name} : Adapter{(evaluate is null ? "" : ", ITrainable")}");
        Constructor(writer, spec, sites, parameters);
        writer.Line();
        writer.Summary("The model whose weights the adapter changes.");
        writer.Line($"public new {spec.BaseType} Base {{ get; }}");
        writer.Line();
        writer.Summary("The sizes that the model was made with.");
        writer.Line($"public {spec.BaseType}Sizes Sizes => Base.Sizes;");
        foreach (AdapterSite site in sites)
            Property(writer, spec, site, parameters);
        writer.Line();
        writer.Line("/// <summary>An adapter of a model from a file that <see cref=\"Model.Save\"/> wrote.</summary>");
        writer.Line("/// <exception cref=\"CheckpointException\">The file is not of this adapter or of another model; nothing is loaded.</exception>");
        writer.Open($"public static {spec.Name} Load(string path, {spec.BaseType} model)");
        writer.Line($"{spec.Name} adapter = new(model);");
        writer.Line("adapter.LoadWeights(path);");
        writer.Line("return adapter;");
        writer.Close();
        if (spec.Kind.IsInPeft)
        {
            writer.Line();
            writer.Line("/// <summary>An adapter of a model from a folder that PEFT or <see cref=\"Adapter.SavePeft\"/> wrote.</summary>");
            writer.Line("/// <exception cref=\"CheckpointException\">The files are of another adapter, or ask for what is not supported; nothing is loaded.</exception>");
            writer.Open($"public static {spec.Name} LoadPeft(string folder, {spec.BaseType} model)");
            writer.Line($"{spec.Name} adapter = new(model);");
            writer.Line("adapter.LoadPeft(folder);");
            writer.Line("return adapter;");
            writer.Close();
        }
        if (evaluate is not null)
            TrainingMembers.Emit(writer, spec.AsModel, evaluate);
        return writer.Close().ToString();
    }

    private static void Constructor(SourceWriter writer, AdapterSpec spec, EquatableArray<AdapterSite> sites, List<GraphParameter> parameters)
    {
        writer.Line("/// <summary>A new adapter, initialized with seed 0: it changes nothing, or next to nothing, until it is trained or loaded.</summary>");
        string further = string.Concat(spec.Kind.Description.Select(static d => $", (\"{d.Key}\", {d.Text})"));
        writer.Open($"public {spec.Name}({spec.BaseType} model) : base(model, new AdapterDescription(\"{spec.Kind.Name}\"{further}))");
        writer.Line("Base = model;");
        HashSet<string> used =
        [
            .. parameters.SelectMany(static p => p.Value.Type.Shape.SelectMany(static s => s.Symbols).Concat(p.Initializer is Initializer.Uniform u ? u.FanIn.Symbols : [])),
            .. sites.SelectMany(site => site.In.Symbols.Concat(site.Out.Symbols).Where(symbol => spec.Kind.SiteArguments(site).Any(text => Regex.IsMatch(text, $@"\b{symbol}\b")))),
        ];
        List<string> sizes = [.. spec.Base.Sizes.Where(s => used.Contains(s.Name)).Select(static s => $"{s.Name} = model.Sizes.{s.Name}")];
        if (sizes.Count > 0)
            writer.Line($"int {string.Join(", ", sizes)};");
        foreach (AdapterSite site in sites)
        {
            writer.Line();
            string[] given = [$"model.{StepWriter.Access(site.Weight.Value.Name)}", .. spec.Kind.SiteArguments(site)];
            writer.Line($"{site.Name} = AddSite(new {spec.Kind.SiteType}({string.Join(", ", given)},").Indent();
            List<GraphParameter> own = Own(site, parameters);
            for (int i = 0; i < own.Count; i++)
                writer.Line(ModelFile.Parameter(own[i]) + (i + 1 < own.Count ? "," : "));"));
            writer.Unindent();
        }
        writer.Line();
        writer.Line("AllocateParameters();");
        writer.Line("Initialize(seed: 0);");
        writer.Close();
    }

    private static List<GraphParameter> Own(AdapterSite site, IEnumerable<GraphParameter> parameters) =>
        [.. parameters.Where(p => p.Value.Name.StartsWith(site.Name + ".", StringComparison.Ordinal))];

    private static void Property(SourceWriter writer, AdapterSpec spec, AdapterSite site, List<GraphParameter> parameters)
    {
        List<GraphParameter> own = Own(site, parameters);
        long count = own.Sum(p => p.Value.Type.Count.Evaluate(PlanFile.Nominal(spec.Base, 1)));
        writer.Line();
        writer.Summary($"Changes {site.Weight.Value.Name.Replace(".Stacked", "")} {site.Weight.Value.Type} by {ModelFile.Count(count)} parameters: {string.Join(", ", own.Select(p => $"{p.Value.Name.Substring(site.Name.Length + 1)} {p.Value.Type}"))}.");
        writer.Line($"public {spec.Kind.SiteType} {site.Name} {{ get; }}");
    }
}
