using MoECompiler.Adapters;
using MoECompiler.Generators.Emission;
using MoECompiler.Generators.Emission.Gpu;
using MoECompiler.Generators.Lowering;
using MoECompiler.Generators.Parsing;
using MoECompiler.Passes;
using MoECompiler.Plans;

namespace MoECompiler.Generators;

/// <summary>The compiler: each arrow a pure function of an immutable record.</summary>
internal static class Compiler
{
    public static CompiledModel Compile(ModelSpec spec)
    {
        try
        {
            DeclaredGraphs declared = DeclaredGraphs.Of(spec);
            SourceFile model = new($"{spec.Name}.Model.g.cs", ModelFile.Emit(spec, declared.Fullest, declared.Evaluate));
            return Compile(spec, declared, model, []);
        }
        catch (LoweringError error)
        {
            return new CompiledModel([], [new DiagnosticInfo(error.Id, error.Span, error.Arguments.ToEquatable())]);
        }
    }

    /// <summary>An adapter is compiled as its model is, from graphs that it is attached to.</summary>
    public static CompiledModel Compile(AdapterSpec spec)
    {
        DeclaredGraphs declared;
        try
        {
            declared = DeclaredGraphs.Of(spec.Base);
        }
        catch (LoweringError)
        {
            // It is the model's, and reported there.
            return new CompiledModel([], []);
        }
        try
        {
            EquatableArray<AdapterSite> sites = AdapterTargets.Of(spec, declared.Fullest);
            DeclaredGraphs attached = declared.Select((graph, isTraining) => AttachAdapters.Run(graph, spec.Kind, sites, isTraining));
            SourceFile adapter = new($"{spec.Name}.Adapter.g.cs", AdapterFile.Emit(spec, sites, attached.Fullest, attached.Evaluate));
            CompiledModel compiled = Compile(spec.AsModel, attached, adapter, sites.Select(static s => s.Name));
            return spec is { HasBank: true, Kind: LowRankKind kind } ? compiled with { Files = compiled.Files.Concat(Bank(spec, kind, sites, declared)).ToEquatable() } : compiled;
        }
        catch (LoweringError error)
        {
            return new CompiledModel([], [new DiagnosticInfo(error.Id, error.Span, error.Arguments.ToEquatable())]);
        }
    }

    private static EquatableArray<SourceFile> Bank(AdapterSpec spec, LowRankKind kind, EquatableArray<AdapterSite> sites, DeclaredGraphs declared)
    {
        Graph forward = AttachBank.Run(declared.Forward, kind, sites, Size.Symbol(AdapterSpec.AdaptersSize));
        SourceFile bank = new($"{spec.BankName}.Adapter.g.cs", BankFile.Emit(spec, sites, forward));
        return Compile(spec.AsBank, new DeclaredGraphs(forward, null, null), bank, [.. sites.Select(static s => s.Name), "Add", "Replace", "Remove"]).Files;
    }

    /// <param name="spec">The class that gets the methods.</param>
    /// <param name="declared">What they compute.</param>
    /// <param name="members">The file of the class's members.</param>
    /// <param name="names">Names that the class has beside its model's members and sizes.</param>
    private static CompiledModel Compile(ModelSpec spec, DeclaredGraphs declared, SourceFile members, IEnumerable<string> names)
    {
        FormulaTable formulas = new([.. spec.Root.Members.Select(static m => m.Name), .. spec.Sizes.Select(static s => s.Name), .. names]);
        GpuKernelTable gpu = new(PlanFile.Nominal(spec, 64));
        Graph? training = declared.Loss is { } loss ? Differentiate.Run(Simplify.Run(loss), "Train", isScaled: spec.Storage == DType.F16) : null;
        Graph? defined = declared.Loss is { } unscaled ? Differentiate.Run(Simplify.Run(unscaled), "Train") : null;

        List<SourceFile> files = [members, new($"{spec.Name}.Forward.g.cs", PlanFile.EmitForward(spec, Plan(declared.Forward, spec), formulas))];
        if (training is not null)
            files.Add(new($"{spec.Name}.Train.g.cs", PlanFile.EmitTraining(spec, Plan(training, spec), Plan(declared.Evaluate!, spec), formulas, ReadGradientsOf(training, spec))));
        files.Add(new($"{spec.Name}.Graph.g.cs", GraphFile.Emit(spec, defined is null ? [declared.Forward] : [declared.Forward, declared.Evaluate!, defined])));
        files.Add(new($"{spec.Name}.Kernels.g.cs", KernelFile.Emit(spec, formulas)));
        if (spec.HasGpu)
        {
            files.Add(new($"{spec.Name}.Gpu.Forward.g.cs", GpuPlanFile.Emit(spec, gpu, ("Forward", GpuPlan(declared.Forward, spec)))));
            if (training is not null)
                files.Add(new($"{spec.Name}.Gpu.Train.g.cs", GpuPlanFile.Emit(spec, gpu, ("Backward", GpuPlan(training, spec)), ("Evaluate", GpuPlan(declared.Evaluate!, spec)))));
            files.Add(new($"{spec.Name}.Gpu.Kernels.g.cs", gpu.Emit(spec)));
        }
        return new CompiledModel(files.ToEquatable(), training is null ? [] : GradientDiagnostics.Of(spec, declared.Loss!, training));
    }

    /// <summary>Of either plan.</summary>
    private static IEnumerable<string> ReadGradientsOf(Graph training, ModelSpec spec)
    {
        IEnumerable<string> read = ReadGradients.Of(Plan(training, spec).Graph);
        return spec.HasGpu ? read.Union(ReadGradients.Of(GpuPlan(training, spec).Graph)) : read;
    }

    /// <summary>For GPUs, where a launch costs as much as a small product: more nodes become one step.</summary>
    private static Plan GpuPlan(Graph graph, ModelSpec spec)
    {
        Func<string, long> nominal = PlanFile.Nominal(spec, 64);
        return PlanMemory.Run(Schedule.Run(FuseExperts.Run(FuseRows.Run(Fuse.Run(Simplify.Run(graph)), nominal))), nominal);
    }

    /// <summary>Fewer nodes, joined formulas, a good order, a place for each value.</summary>
    private static Plan Plan(Graph graph, ModelSpec spec) =>
        PlanMemory.Run(Schedule.Run(Fuse.Run(Simplify.Run(graph))), PlanFile.Nominal(spec, 64));
}
