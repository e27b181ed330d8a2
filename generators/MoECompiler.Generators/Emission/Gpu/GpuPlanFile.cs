using MoECompiler.Generators.Parsing;
using MoECompiler.Plans;

namespace MoECompiler.Generators.Emission.Gpu;

/// <summary>Emits the methods that run plans on a GPU: launches one after another, between copies of what comes in and goes out.</summary>
internal static class GpuPlanFile
{
    private static readonly string[] s_usings = ["global::MoECompiler", "global::MoECompiler.Ops"];

    public static string Emit(ModelSpec spec, GpuKernelTable kernels, params IEnumerable<(string Method, Plan Plan)> plans)
    {
        List<(string Method, Plan Plan)> all = [.. plans];
        SourceWriter writer = SourceHeader.Begin(spec, s_usings, [.. all.Select(p => "On a GPU, " + PlanFile.Headline(spec, p.Plan))]);
        writer.Open($"partial class {spec.Name}");
        for (int i = 0; i < all.Count; i++)
        {
            if (i > 0)
                writer.Line();
            Method(writer, spec, all[i].Plan, kernels, all[i].Method);
        }
        return writer.Close().ToString();
    }

    private static void Method(SourceWriter writer, ModelSpec spec, Plan plan, GpuKernelTable kernels, string method)
    {
        writer.Summary($"{spec.Prefix}{method}, on a GPU: nothing waits for the device, and nothing is allocated once the arena has grown.");
        writer.Open($"private void {spec.Prefix}{method}On({string.Join(", ", ["GpuDevice gpu", .. PlanFile.Parameters(plan)])})");
        PlanFile.Sizes(writer, spec, plan);
        PlanFile.Bind(writer, spec, plan);
        List<(string Name, TensorType Type)> results = [.. plan.Graph.Outputs.Where(static o => o.Kind == OutputKind.Result).Select(static o => (o.Name, o.Value.Type))];
        if (PlanFile.HasMetrics(plan))
            results.Add(("metrics", TensorType.F32(MetricLayout.Of(plan.Graph).Aggregate(Size.Zero, static (sum, m) => sum + m.Count))));
        List<(string Name, TensorType Type)> inputs = [.. plan.Graph.Inputs.Select(static i => (i.Name, i.Type))];
        PlanFile.Slots(writer, plan, inputs.Concat(results).Select(static v => (Slot(v.Name), PlanFile.Bytes(v.Type))));
        writer.Line();
        writer.Line("// What comes in is copied to the device, unless it lies there; what goes out is computed there.");
        foreach ((string name, _) in inputs)
            writer.Line($"{name} = gpu.Import({name}, Arena, {Slot(name)});");
        foreach ((string name, TensorType type) in results)
        {
            writer.Line($"View<{PlanFile.Element(type)}> {Given(name)} = {name};");
            writer.Line($"{name} = gpu.Place({name}, Arena, {Slot(name)});");
        }
        new StepWriter(writer, spec, plan, new GpuCalls(kernels)).Write();
        writer.Line();
        foreach ((string name, _) in results)
            writer.Line($"gpu.Export({name}, {Given(name)});");
        writer.Close();
    }

    private static string Slot(string name) => $"{name}Slot";

    private static string Given(string name) => $"{name}Given";
}
