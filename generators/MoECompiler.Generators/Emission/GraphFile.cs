using MoECompiler.Generators.Parsing;

namespace MoECompiler.Generators.Emission;

/// <summary>Emits <c>X.Graph.g.cs</c>: the model's graphs as they were declared, before any pass, for <c>model.Reference</c> to run.</summary>
internal static class GraphFile
{
    /// <param name="spec">The model.</param>
    /// <param name="programs">What the graphs of each program are called by, and the graphs: of the declared one first.</param>
    public static string Emit(ModelSpec spec, IEnumerable<(string Prefix, IReadOnlyList<Graph> Graphs)> programs)
    {
        SourceWriter writer = SourceHeader.Begin(
            spec, ["System.Collections.Generic", "global::MoECompiler", "global::MoECompiler.Graphs", "global::MoECompiler.Ops", "global::MoECompiler.Reference", "GraphOps = global::MoECompiler.Ops", "static global::MoECompiler.Ops.Scalar"],
            $"The graphs of {spec.Name} as they were declared: the definition that model.Reference runs in double precision.");
        writer.Open($"partial class {spec.Name}");
        writer.Summary("Runs the declared graphs slowly and exactly, in double precision.");
        writer.Open($"public ReferenceModel Reference => new(this, new Dictionary<string, int>");
        foreach (SizeSpec size in spec.Sizes)
            writer.Line($"[\"{size.Name}\"] = {size.Bound},");
        (string Prefix, IReadOnlyList<Graph> Graphs)[] all = [.. programs];
        writer.Close($", {Methods(all)});");
        foreach ((string prefix, IReadOnlyList<Graph> graphs) in all)
        {
            foreach (Graph graph in graphs)
            {
                foreach (Graph body in Bodies(graph))
                    Method(writer, body, prefix + graph.Name + body.Name, prefix + graph.Name);
                Method(writer, graph, prefix + graph.Name + "Graph", prefix + graph.Name);
            }
        }
        return writer.Close().ToString();
    }

    /// <summary>The graphs' methods, of the phase that the model is in where there are several.</summary>
    private static string Methods((string Prefix, IReadOnlyList<Graph> Graphs)[] programs)
    {
        string Of((string Prefix, IReadOnlyList<Graph> Graphs) program) => string.Join(", ", program.Graphs.Select(g => $"{program.Prefix}{g.Name}Graph"));
        return programs.Length == 1
            ? Of(programs[0])
            : $"Phase switch {{ {string.Concat(programs.Skip(1).Select(p => $"EvolutionPhase.{p.Prefix} => (System.Func<Graph>[])[{Of(p)}], "))}_ => [{Of(programs[0])}] }}";
    }

    private static IEnumerable<Graph> Bodies(Graph graph) => graph.Nodes.Select(static n => n.Op).OfType<Repeat>().SelectMany(static r => Bodies(r.Body).Concat([r.Body]));

    private static void Method(SourceWriter writer, Graph graph, string method, string owner)
    {
        writer.Line();
        writer.Open($"private static Graph {method}()");
        string[] symbols = [.. Symbols(graph).Distinct().OrderBy(static s => s, StringComparer.Ordinal)];
        if (symbols.Length > 0)
            writer.Line($"Size {string.Join(", ", symbols.Select(static s => $"{s} = Size.Symbol(\"{s}\")"))};");
        writer.Line("GraphBuilder graph = new();");
        Dictionary<string, string> locals = new(StringComparer.Ordinal);
        HashSet<string> names = [.. symbols, "graph"];
        foreach (Value input in graph.Inputs.Concat(graph.Parameters.Select(static p => p.Value)))
            writer.Line($"Value {Local(input.Name)} = graph.Input(\"{input.Name}\", {Type(input.Type)});");
        int statement = -1;
        foreach (Node node in graph.Nodes)
        {
            if (node.Statement != statement && node.Statement >= 0)
                writer.Line().Line($"// {graph.Statements[node.Statement]}");
            statement = node.Statement;
            string operands = string.Concat(node.Operands.Select(o => $", {locals[o.Name]}"));
            string construction = node.Op is Repeat repeat ? $"new GraphOps.Repeat({owner}{repeat.Construction.Substring("new Repeat(".Length)}" : "new GraphOps." + node.Op.Construction.Substring("new ".Length);
            if (node.Results.Count == 1)
            {
                writer.Line($"Value {Local(node.Result.Name)} = graph.Add({construction}, \"{node.Result.Name}\"{operands});");
                continue;
            }
            string list = Local(node.Results[0].Name + "Results");
            writer.Line($"EquatableArray<Value> {list} = graph.AddNode({construction}, [{string.Join(", ", node.Results.Select(static r => $"\"{r.Name}\""))}], [{operands.TrimStart(',', ' ')}]);");
            for (int i = 0; i < node.Results.Count; i++)
                locals[node.Results[i].Name] = $"{list}[{i}]";
        }
        writer.Line();
        foreach (Output output in graph.Outputs)
            writer.Line($"graph.Output(\"{output.Name}\", {locals[output.Value.Name]}, OutputKind.{output.Kind});");
        writer.Line($"return graph.Build(\"{graph.Name}\");");
        writer.Close();

        string Local(string name)
        {
            string local = name.Contains('.') ? Lowering.Naming.Camel(name.Replace(".", "")) : name;
            string unique = local;
            for (int i = 2; !names.Add(unique); i++)
                unique = $"{local}_{i}";
            locals[name] = unique;
            return unique;
        }
    }

    private static IEnumerable<string> Symbols(Graph graph) =>
        graph.Inputs.Concat(graph.Parameters.Select(static p => p.Value)).Concat(graph.Nodes.SelectMany(static n => n.Results))
            .SelectMany(static v => v.Type.Shape).SelectMany(static s => s.Symbols);

    private static string Type(TensorType type) => $"TensorType.{type.Type}({string.Join(", ", type.Shape)})";
}
