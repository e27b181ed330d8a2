using System.Globalization;
using MoECompiler.Generators.Parsing;
using MoECompiler.Modules;
using MoECompiler.Plans;

namespace MoECompiler.Generators.Emission;

/// <summary>Emits a method that runs a plan: one statement a kernel, under the user's statement that asked for it.</summary>
internal static class PlanFile
{
    private static readonly string[] s_usings = ["System", "System.Threading", "global::MoECompiler", "global::MoECompiler.Ops"];

    public static string EmitForward(ModelSpec spec, Plan plan, FormulaTable formulas)
    {
        SourceWriter writer = SourceHeader.Begin(spec, s_usings, Headline(spec, plan));
        writer.Open($"partial class {spec.Name}");
        Method(writer, spec, plan, formulas, $"{Head(spec)}Forward", Documentation(spec, plan, $"Computes {Names(plan, OutputKind.Result)}: {Declared(spec, plan)}."));
        return writer.Close().ToString();
    }

    public static string EmitTraining(ModelSpec spec, Plan train, Plan evaluate, FormulaTable formulas, IEnumerable<string> readGradients)
    {
        SourceWriter writer = SourceHeader.Begin(spec, s_usings, Headline(spec, train), Headline(spec, evaluate));
        writer.Open($"partial class {spec.Name}");
        if (spec.Phase is null)
        {
            Paths(writer, "GradientsRead", readGradients);
            if (spec.FusedUpdate)
            {
                writer.Line("/// <inheritdoc/>");
                writer.Line("protected override bool FusesUpdates => true;");
                writer.Line();
            }
            Paths(writer, "TrainedByRows", train.Graph.Outputs.Where(static o => o.Kind == OutputKind.RowGradient).Select(static o => o.Name));
        }
        Method(writer, spec, train, formulas, $"{Head(spec)}Backward", Documentation(spec, train, "Computes the loss and writes its derivative by each parameter into the parameter's gradient."));
        writer.Line();
        Method(writer, spec, evaluate, formulas, $"{Head(spec)}Evaluate", Documentation(spec, evaluate, $"Computes {Names(evaluate, OutputKind.Result)} and the loss, without dropout and noise."));
        return writer.Close().ToString();
    }

    /// <summary>The methods of a phase are called by the declared ones.</summary>
    private static string Head(ModelSpec spec) => spec.Phase is null ? "public void " : $"private void {spec.Prefix}";

    /// <summary>A property with paths of parameters, where there are any.</summary>
    private static void Paths(SourceWriter writer, string property, IEnumerable<string> paths)
    {
        string list = string.Join(", ", paths.Select(static path => $"\"{path}\""));
        if (list.Length == 0)
            return;
        writer.Line("/// <inheritdoc/>");
        writer.Line($"protected override System.Collections.Generic.IReadOnlyList<string> {property} {{ get; }} = [{list}];");
        writer.Line();
    }

    private static string Declared(ModelSpec spec, Plan plan) => spec.AdapterOf is null
        ? $"<see cref=\"Forward({string.Join(", ", plan.Graph.Inputs.Select(static _ => "Tensor"))})\"/>, compiled"
        : $"what <see cref=\"{spec.AdapterOf}\"/> computes with the adapter's weights";

    private static string Names(Plan plan, OutputKind kind) =>
        string.Join(", ", plan.Graph.Outputs.Where(o => o.Kind == kind).Select(static o => $"<paramref name=\"{o.Name}\"/>"));

    /// <summary>What the method costs: kernels and bytes.</summary>
    internal static string Headline(ModelSpec spec, Plan plan)
    {
        int kernels = Kernels(plan);
        IEnumerable<string> figures = new[] { 1, 64, 256 }.Select(b => string.Format(
            CultureInfo.InvariantCulture, "{0:N0} bytes at B = {1} (without reuse {2:N0})", plan.Bytes(Nominal(spec, b)), b, plan.BytesWithoutReuse(Nominal(spec, b))));
        return $"{spec.Name}.{spec.Prefix}{plan.Graph.Name}: {kernels} kernels. At the default sizes the arena is {string.Join(", ", figures)}.";
    }

    private static int Kernels(Plan plan) => plan.Graph.Nodes.Sum(n => n.Op.IsAlias ? 0 : n.Op is Repeat ? Kernels(plan.Loops[n.Results[0].Name].Body) : 1);

    /// <summary>The default sizes, with each free extent as <paramref name="batch"/>.</summary>
    internal static Func<string, long> Nominal(ModelSpec spec, int batch) =>
        name => spec.Sizes.FirstOrDefault(s => s.Name == name)?.Default ?? batch;

    private static List<string> Documentation(ModelSpec spec, Plan plan, string summary)
    {
        List<string> lines = [$"/// <summary>{summary}</summary>"];
        foreach (Value input in plan.Graph.Inputs)
            lines.Add($"/// <param name=\"{input.Name}\">{input.Type}.</param>");
        foreach (Output output in plan.Graph.Outputs.Where(static o => o.Kind == OutputKind.Result))
            lines.Add($"/// <param name=\"{output.Name}\">{output.Value.Type}; overwritten.</param>");
        if (plan.Graph.Name == "Train")
            lines.Add("/// <param name=\"random\">What dropout and noise draw from.</param>");
        if (plan.Graph.Outputs.Any(static o => o.Kind == OutputKind.Loss))
            lines.Add("/// <param name=\"metrics\">f32, as many as <see cref=\"Metrics\"/> say, in their order; overwritten.</param>");
        lines.Add("/// <exception cref=\"ShapeException\">An extent is not the one named above.</exception>");
        return lines;
    }

    private static void Method(SourceWriter writer, ModelSpec spec, Plan plan, FormulaTable formulas, string head, List<string> documentation)
    {
        foreach (string line in documentation)
            writer.Line(line);
        string method = head.Substring(head.LastIndexOf(' ') + 1);
        writer.Open($"{head}({string.Join(", ", Parameters(plan))})");
        writer.Line("using Lock.Scope inside = Gate.Enter();");
        InPhase(writer, spec, plan, method);
        if (spec.HasGpu)
            OnGpu(writer, plan, method);
        writer.Line("CpuDevice cpu = Cpu;");
        Sizes(writer, spec, plan);
        Bind(writer, spec, plan);
        Slots(writer, plan);
        new StepWriter(writer, spec, plan, new CpuCalls(formulas)).Write();
        writer.Line();
        foreach (string view in Views(plan))
            writer.Line($"GC.KeepAlive({view}.Buffer);");
        writer.Close();
    }

    /// <summary>In a phase its own program runs.</summary>
    private static void InPhase(SourceWriter writer, ModelSpec spec, Plan plan, string method)
    {
        if (spec.Phase is not null)
            return;
        foreach (PhaseLowering phase in spec.Evolution?.Phases ?? [])
        {
            writer.Open($"if (Phase == EvolutionPhase.{phase.Name})");
            writer.Line($"{phase.Name}{method}({Arguments(plan)});");
            writer.Line("return;");
            writer.Close();
        }
    }

    private static string Arguments(Plan plan) => string.Join(", ", Parameters(plan).Select(static p => p.Substring(p.LastIndexOf(' ') + 1)));

    /// <summary>On a GPU another plan runs, with other kernels.</summary>
    private static void OnGpu(SourceWriter writer, Plan plan, string method)
    {
        writer.Open("if (Device is GpuDevice gpu)");
        writer.Line($"{method}On(gpu, {Arguments(plan)});");
        writer.Line("return;");
        writer.Close();
    }

    /// <summary>The parameters of a plan's method: inputs, results, what random ops draw from, metrics.</summary>
    internal static List<string> Parameters(Plan plan)
    {
        List<string> parameters = [.. plan.Graph.Inputs.Select(static i => $"View<{Element(i.Type)}> {i.Name}")];
        parameters.AddRange(plan.Graph.Outputs.Where(static o => o.Kind == OutputKind.Result).Select(static o => $"View<{Element(o.Value.Type)}> {o.Name}"));
        if (plan.Graph.Name == "Train")
            parameters.Add("RandomState random");
        if (HasMetrics(plan))
            parameters.Add("View<float> metrics");
        return parameters;
    }

    internal static bool HasMetrics(Plan plan) => plan.Graph.Outputs.Any(static o => o.Kind == OutputKind.Loss);

    /// <summary>The parameters that are views.</summary>
    private static IEnumerable<string> Views(Plan plan) =>
        Parameters(plan).Where(static p => p.StartsWith("View<", StringComparison.Ordinal)).Select(static p => p.Substring(p.LastIndexOf(' ') + 1));

    /// <summary>A local for each size that the method uses.</summary>
    internal static void Sizes(SourceWriter writer, ModelSpec spec, Plan plan)
    {
        HashSet<string> used = [.. Symbols(plan)];
        List<string> locals = [.. spec.Sizes.Where(s => used.Contains(s.Name)).Select(static s => $"{s.Name} = {s.Bound}")];
        if (locals.Count > 0)
            writer.Line($"int {string.Join(", ", locals)};");
    }

    private static IEnumerable<string> Symbols(Plan plan)
    {
        IEnumerable<Value> values = plan.Graph.Inputs.Concat(plan.Graph.Outputs.Select(static o => o.Value)).Concat(plan.Graph.Nodes.SelectMany(static n => n.Results)).Concat(plan.Slots.SelectMany(static s => s.Values));
        IEnumerable<Size> sizes = values.SelectMany(static v => v.Type.Shape).Concat(plan.Graph.Nodes.SelectMany(static n => n.Op.KernelSizes));
        IEnumerable<string> own = sizes.SelectMany(static s => s.Symbols);
        return own.Concat(plan.Loops.Values.SelectMany(static l => Symbols(l.Body)));
    }

    /// <summary>Takes the free extents from the inputs, and checks everything else against them.</summary>
    internal static void Bind(SourceWriter writer, ModelSpec spec, Plan plan)
    {
        HashSet<string> bound = [.. spec.Sizes.Select(static s => s.Name)];
        foreach (Value input in plan.Graph.Inputs)
        {
            for (int axis = 0; axis < input.Type.Rank; axis++)
            {
                Size extent = input.Type.Shape[axis];
                string symbol = extent.ToString();
                if (extent.Symbols.Count() == 1 && extent.Symbols.First() == symbol && bound.Add(symbol))
                    writer.Line($"int {symbol} = ShapeCheck.Extent({input.Name}, {axis}, nameof({input.Name}), \"{input.Type}\");");
            }
        }
        IEnumerable<(string Name, TensorType Type)> views = plan.Graph.Inputs.Select(static i => (i.Name, i.Type))
            .Concat(plan.Graph.Outputs.Where(static o => o.Kind == OutputKind.Result).Select(static o => (o.Name, o.Value.Type)));
        foreach ((string name, TensorType type) in views)
            writer.Line($"ShapeCheck.Require({name}, nameof({name}), \"{type}\"{string.Concat(type.Shape.Select(static e => $", {e}"))});");
        Size metrics = MetricLayout.Of(plan.Graph).Aggregate(Size.Zero, static (sum, m) => sum + m.Count);
        if (metrics != Size.Zero)
            writer.Line($"ShapeCheck.Require(metrics, nameof(metrics), \"f32[{metrics}]\", {metrics});");
    }

    /// <summary>Where each slot begins; <paramref name="further"/> are slots after those of the plan, with their bytes.</summary>
    internal static void Slots(SourceWriter writer, Plan plan, params IEnumerable<(string Name, string Bytes)> further)
    {
        List<(string Name, string Bytes)> slots = [.. plan.Slots.Select(static s => ($"slot{s.Index}", SlotBytes(s))), .. further];
        if (slots.Count == 0)
            return;
        writer.Line();
        writer.Line("// Slots of the arena: values that are never needed at once share one.");
        string next = "0";
        foreach ((string name, string bytes) in slots)
        {
            writer.Line($"long {name} = {next};");
            next = $"{name} + {bytes}";
        }
        writer.Line($"Arena.Reserve({next});");
    }

    private static string SlotBytes(Slot slot)
    {
        string[] bytes = [.. slot.Types.Select(static type => Bytes(type))];
        return bytes.Length == 1 ? bytes[0] : $"Arena.Largest({string.Join(", ", bytes)})";
    }

    /// <summary>What a value takes in the arena.</summary>
    internal static string Bytes(TensorType type) =>
        $"Arena.Bytes{(type.Type.IsNarrow() ? $"<{Element(type)}>" : "")}({string.Join(", ", type.Shape)})";

    /// <summary>The elements of a view.</summary>
    internal static string Element(TensorType type) => type.Type.OfView();

    /// <summary>The view of a value.</summary>
    internal static string View(TensorType type) => type.Type == DType.NF4 ? "Nf4View" : $"View<{Element(type)}>";
}
