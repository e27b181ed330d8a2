using System.Globalization;
using MoECompiler.Generators.Lowering;
using MoECompiler.Generators.Parsing;

namespace MoECompiler.Generators.Emission;

/// <summary>Emits <c>X.Model.g.cs</c>: the sizes, the constructors, the members, and what a trainer asks of a model.</summary>
internal static class ModelFile
{
    /// <param name="spec">What was declared.</param>
    /// <param name="graph">A graph with all parameters.</param>
    /// <param name="evaluate">The graph with results and metrics; null for a model without a loss.</param>
    /// <param name="untrained">What each phase leaves as it is of what another trains, by its name.</param>
    public static string Emit(ModelSpec spec, Graph graph, Graph? evaluate, IReadOnlyDictionary<string, string[]> untrained)
    {
        SourceWriter writer = SourceHeader.Begin(
            spec, ["System", "System.Collections.Generic", "global::MoECompiler", "global::MoECompiler.Checkpoints", "global::MoECompiler.Data", "global::MoECompiler.Training"],
            $"{spec.Name}: sizes, members and {graph.Parameters.Count} parameters.");
        Sizes(writer, spec);
        writer.Line();
        writer.Open($"partial class {spec.Name} : {spec.Evolution?.Base ?? "Model"}{(evaluate is null ? "" : ", ITrainable")}");
        foreach (MemberSpec member in Used(spec.Root, graph, ""))
            writer.Line($"private readonly {member.PropertyType} _{Naming.Camel(member.Name)};");
        writer.Line();
        Constructors(writer, spec, graph);
        writer.Line();
        writer.Summary("The sizes that the model was made with.");
        writer.Line($"public {spec.Name}Sizes Sizes {{ get; }}");
        foreach (MemberSpec member in spec.Root.Members)
            Property(writer, spec, graph, member);
        Load(writer, spec);
        if (evaluate is not null)
            TrainingMembers.Emit(writer, spec, evaluate);
        Untrained(writer, untrained);
        return writer.Close().ToString();
    }

    private static void Untrained(SourceWriter writer, IReadOnlyDictionary<string, string[]> untrained)
    {
        if (untrained.Values.All(static paths => paths.Length == 0))
            return;
        writer.Line();
        writer.Line("/// <inheritdoc/>");
        writer.Open("protected override IReadOnlyList<string> UntrainedIn(EvolutionPhase phase) => phase switch");
        foreach (KeyValuePair<string, string[]> phase in untrained.Where(static p => p.Value.Length > 0))
            writer.Line($"EvolutionPhase.{phase.Key} => [{string.Join(", ", phase.Value.Select(static path => $"\"{path}\""))}],");
        writer.Line("_ => [],");
        writer.Close(";");
    }

    private static IEnumerable<MemberSpec> Used(ModuleSpec module, Graph graph, string path) =>
        module.Members.Where(m => graph.Parameters.Any(p => p.Value.Name.StartsWith(path + m.Name + ".", StringComparison.Ordinal)));

    private static void Sizes(SourceWriter writer, ModelSpec spec)
    {
        writer.Line($"/// <summary>The sizes of <see cref=\"{spec.Name}\"/>, each with its default.</summary>");
        writer.Open($"{spec.Accessibility} sealed record {spec.Name}Sizes");
        foreach (SizeSpec size in spec.Sizes)
        {
            if (size.Summary is not null)
                writer.Summary(size.Summary);
            writer.Line($"public int {size.Name} {{ get; init; }} = {size.Default.ToString(CultureInfo.InvariantCulture)};");
        }
        if (spec.Sizes.Any(static s => s.ConfigKey is not null))
        {
            writer.Line();
            writer.Line("/// <summary>The sizes that a checkpoint's config.json binds.</summary>");
            writer.Line("/// <exception cref=\"CheckpointException\">A key is missing or not a positive integer.</exception>");
            writer.Open($"public static {spec.Name}Sizes From(ModelConfig config) => new()");
            foreach (SizeSpec size in spec.Sizes.Where(static s => s.ConfigKey is not null))
                writer.Line($"{size.Name} = config.Integer(\"{size.ConfigKey}\"),");
            writer.Close(";");
        }
        writer.Close();
    }

    private static void Constructors(SourceWriter writer, ModelSpec spec, Graph graph)
    {
        writer.Summary("A new model of the default sizes; its weights are zero until it is initialized or loaded.");
        writer.Open($"public {spec.Name}(Device device) : this(new {spec.Name}Sizes(), device)").Close();
        writer.Line();
        writer.Summary("A new model; its weights are zero until it is initialized or loaded.");
        writer.Line("/// <exception cref=\"ShapeException\">A size is less than 1.</exception>");
        writer.Open($"public {spec.Name}({spec.Name}Sizes sizes, Device device) : base({Base(spec)})");
        writer.Line("Sizes = sizes;");
        foreach (SizeSpec size in spec.Sizes)
            writer.Line($"int {size.Name} = ShapeCheck.Positive(sizes.{size.Name}, nameof(sizes.{size.Name}));");
        foreach ((Size count, Size experts) in Selections(graph).Distinct())
            writer.Line($"ShapeCheck.AtMost({count}, {experts}, \"{count}\", \"{experts}\");");
        foreach (MemberSpec member in Used(spec.Root, graph, ""))
        {
            writer.Line();
            Member(writer, graph, member, "", $"_{Naming.Camel(member.Name)} = ", ";");
        }
        writer.Line();
        writer.Line("AllocateParameters();");
        writer.Close();
    }

    /// <summary>What the constructor of the class that the model derives from is given.</summary>
    private static string Base(ModelSpec spec) => spec.Evolution is not { } evolution
        ? "device"
        : $"device, {evolution.Course}, [{string.Join(", ", evolution.Layers.Select(static l => $"\"{l}\""))}]";

    /// <summary>What is chosen of how many, where the sizes that are bound decide whether that can be.</summary>
    private static IEnumerable<(Size Count, Size Experts)> Selections(Graph graph) => graph.Nodes.SelectMany(static node => node.Op switch
    {
        TopK topK when topK.Count != node.Operands[0].Type.Columns && (topK.Count.Constant ?? node.Operands[0].Type.Columns.Constant) != 1 => [(topK.Count, node.Operands[0].Type.Columns)],
        Repeat repeat => Selections(repeat.Body),
        _ => [],
    });

    /// <summary>An instance of a member's module with its parameters, or with its members and theirs.</summary>
    private static void Member(SourceWriter writer, Graph graph, MemberSpec member, string path, string head, string tail)
    {
        string own = path + member.Name + ".";
        if (member.Child is { } child && member.Kind == "Layers")
        {
            Size depth = ((ArgumentValue.Integer)member.Arguments.First(static a => a.Name == "Depth").Value).Size;
            writer.Line($"{head}new(").Indent();
            Module(writer, graph, child, own + "Stacked.", "stacked: ", ",");
            writer.Line($"count: {depth}){tail}").Unindent();
        }
        else if (member.Child is { } nested)
        {
            Module(writer, graph, nested, own, head, tail);
        }
        else
        {
            List<GraphParameter> parameters = [.. graph.Parameters.Where(p => p.Value.Name.StartsWith(own, StringComparison.Ordinal))];
            if (parameters.Count == 0)
            {
                writer.Line($"{head}{WithoutParameters(member)}{tail}");
                return;
            }
            writer.Line($"{head}new(").Indent();
            for (int i = 0; i < parameters.Count; i++)
                writer.Line(Parameter(parameters[i]) + (i + 1 < parameters.Count ? "," : ")" + tail));
            writer.Unindent();
        }
    }

    /// <summary>A member that no parameter belongs to: dropout, or one that no Forward uses, which is warned of.</summary>
    private static string WithoutParameters(MemberSpec member) => member.Kind == "Dropout" ? "new()" : "null!";

    private static void Module(SourceWriter writer, Graph graph, ModuleSpec module, string path, string head, string tail)
    {
        EquatableArray<MemberSpec> members = module.Members;
        if (members.Count == 0)
        {
            writer.Line($"{head}new {module.FullName}(){tail}");
            return;
        }
        writer.Line($"{head}new {module.FullName}(").Indent();
        for (int i = 0; i < members.Count; i++)
            Member(writer, graph, members[i], path, $"{CSharpWords.Escape(Naming.Camel(members[i].Name))}: ", i + 1 < members.Count ? "," : ")" + tail);
        writer.Unindent();
    }

    /// <summary>The argument of a module's constructor that declares the parameter.</summary>
    internal static string Parameter(GraphParameter parameter)
    {
        string property = parameter.Value.Name.Substring(parameter.Value.Name.LastIndexOf('.') + 1);
        string initializer = parameter.Initializer switch
        {
            Initializer.Constant constant => $"ParameterInitializer.Constant({ScalarExpression.Constant.Text(constant.Value)})",
            Initializer.Normal normal => $"ParameterInitializer.Normal({ScalarExpression.Constant.Text(normal.Deviation)})",
            Initializer.Between between => $"ParameterInitializer.Uniform({ScalarExpression.Constant.Text(between.Low)}, {ScalarExpression.Constant.Text(between.High)})",
            Initializer.Uniform uniform => $"ParameterInitializer.Uniform(1 / MathF.Sqrt({uniform.FanIn}))",
            _ => throw new InvalidOperationException(),
        };
        string frozen = parameter.IsFrozen ? ", frozen: true" : "";
        string layers = parameter.Layers is { } count ? $", layers: {count}" : "";
        string type = parameter.Value.Type.Type is DType.F32 ? "" : $", type: {parameter.Value.Type.Type.OfBoundary()}";
        return $"{Naming.Camel(property)}: AddParameter(\"{parameter.Value.Name}\", \"{parameter.CheckpointName}\", [{string.Join(", ", parameter.Value.Type.Shape)}], {initializer}{frozen}{layers}{type})";
    }

    /// <summary>The property, with the user's own summary and then what was derived: that is the hover text.</summary>
    private static void Property(SourceWriter writer, ModelSpec spec, Graph graph, MemberSpec member)
    {
        List<GraphParameter> parameters = [.. graph.Parameters.Where(p => p.Value.Name.StartsWith(member.Name + ".", StringComparison.Ordinal))];
        Func<string, long> sizes = PlanFile.Nominal(spec, 1);
        long count = parameters.Sum(p => p.Value.Type.Count.Evaluate(sizes));
        string derived = parameters.Count == 0
            ? "It has no parameters."
            : $"{Count(count)} parameters at the default sizes: {string.Join(", ", parameters.Select(p => $"{p.Value.Name.Substring(member.Name.Length + 1)} {p.Value.Type}"))}.";
        writer.Line();
        writer.Summary($"{(member.Summary is null ? "" : member.Summary.TrimEnd('.') + ". ")}{derived}");
        bool isUsed = parameters.Count > 0;
        writer.Line($"{member.Accessibility} partial {member.PropertyType} {member.Name} => {(isUsed ? $"_{Naming.Camel(member.Name)}" : WithoutParameters(member))};");
    }

    internal static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    private static void Load(SourceWriter writer, ModelSpec spec)
    {
        bool hasConfig = spec.Sizes.Any(static s => s.ConfigKey is not null);
        writer.Line();
        writer.Line("/// <summary>A model with the weights of a safetensors file, or of a folder with one or with an index of several.</summary>");
        writer.Line("/// <exception cref=\"CheckpointException\">The checkpoint is not one of this model; nothing is loaded.</exception>");
        writer.Open($"public static {spec.Name} Load(string path, Device device{(hasConfig ? "" : $", {spec.Name}Sizes? sizes = null")})");
        writer.Line($"{spec.Name} model = new({(hasConfig ? $"{spec.Name}Sizes.From(ModelConfig.Open(path))" : $"sizes ?? new {spec.Name}Sizes()")}, device);");
        writer.Line("model.LoadWeights(path);");
        writer.Line("return model;");
        writer.Close();
    }
}
