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
            if (declared.Loss is { } loss && GradientDiagnostics.OfQuantized(spec, loss) is { Count: > 0 } quantized)
                return new CompiledModel([], quantized);
            IEnumerable<ModelSpec> phases = (spec.Evolution?.Phases ?? []).Select(phase => spec with { Phase = phase });
            IReadOnlyList<ModelProgram> programs = PhaseGraphs.Aligned([new ModelProgram(spec, declared), .. phases.Select(static p => new ModelProgram(p, DeclaredGraphs.Of(p)))]);
            Graph fullest = Fullest([.. programs.Select(static p => p.Declared)]);
            return Compile(programs, [], trainings => new SourceFile($"{spec.Name}.Model.g.cs", ModelFile.Emit(spec, fullest, programs[0].Declared.Evaluate, Untrained(programs, trainings))));
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
            CompiledModel compiled = Compile([new ModelProgram(spec.AsModel, attached)], sites.Select(static s => s.Name), _ => adapter);
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
        return Compile([new ModelProgram(spec.AsBank, new DeclaredGraphs(forward, null, null))], [.. sites.Select(static s => s.Name), "Add", "Replace", "Remove"], _ => bank).Files;
    }

    /// <summary>A graph with the parameters of all of them, in order: a phase may use some that the declared model does not.</summary>
    private static Graph Fullest(IReadOnlyList<DeclaredGraphs> graphs) => graphs[0].Fullest with
    {
        Parameters = graphs.SelectMany(static g => g.Fullest.Parameters).GroupBy(static p => p.Value.Name).Select(static p => p.First()).ToEquatable(),
    };

    /// <param name="programs">What the class computes, in the last phase and in each before it.</param>
    /// <param name="names">Names that the class has beside its model's members and sizes.</param>
    /// <param name="members">The file of the class's members, of the training step of each program.</param>
    private static CompiledModel Compile(IReadOnlyList<ModelProgram> programs, IEnumerable<string> names, Func<IReadOnlyList<Graph?>, SourceFile> members)
    {
        ModelSpec spec = programs[0].Spec;
        FormulaTable formulas = new([.. spec.Root.Members.Select(static m => m.Name), .. spec.Sizes.Select(static s => s.Name), .. names]);
        GpuKernelTable gpu = new(PlanFile.Nominal(spec, 64));
        IReadOnlyList<Graph?> own = [.. programs.Select(p => Training(p, isScaled: spec.Storage == DType.F16))], trainings = PhaseGraphs.WithAllGradients(own);
        List<SourceFile> files = [members(own)];
        List<SourceFile> gpuFiles = [];
        string[] read = [.. trainings.OfType<Graph>().SelectMany(training => ReadGradientsOf(training, spec)).Distinct()];
        for (int i = 0; i < programs.Count; i++)
        {
            (ModelSpec inPhase, DeclaredGraphs declared) = (programs[i].Spec, programs[i].Declared);
            string name = inPhase.Prefix.Length == 0 ? spec.Name : $"{spec.Name}.{inPhase.Prefix}";
            files.Add(new($"{name}.Forward.g.cs", PlanFile.EmitForward(inPhase, Plan(declared.Forward, spec), formulas)));
            if (trainings[i] is { } training)
                files.Add(new($"{name}.Train.g.cs", PlanFile.EmitTraining(inPhase, Plan(training, spec), Plan(declared.Evaluate!, spec), formulas, i == 0 ? read : [])));
            if (!spec.HasGpu)
                continue;
            string gpuName = inPhase.Prefix.Length == 0 ? $"{spec.Name}.Gpu" : $"{spec.Name}.Gpu.{inPhase.Prefix}";
            gpuFiles.Add(new($"{gpuName}.Forward.g.cs", GpuPlanFile.Emit(inPhase, gpu, ("Forward", GpuPlan(declared.Forward, spec)))));
            if (trainings[i] is { } gpuTraining)
                gpuFiles.Add(new($"{gpuName}.Train.g.cs", GpuPlanFile.Emit(inPhase, gpu, ("Backward", GpuPlan(gpuTraining, spec)), ("Evaluate", GpuPlan(declared.Evaluate!, spec)))));
        }
        files.Add(new($"{spec.Name}.Graph.g.cs", GraphFile.Emit(spec, Defined(programs))));
        files.Add(new($"{spec.Name}.Kernels.g.cs", KernelFile.Emit(spec, formulas)));
        files.AddRange(gpuFiles);
        if (spec.HasGpu)
            files.Add(new($"{spec.Name}.Gpu.Kernels.g.cs", gpu.Emit(spec)));
        return new CompiledModel(files.ToEquatable(), trainings[0] is { } judged ? GradientDiagnostics.Of(spec, programs[0].Declared.Loss!, judged) : []);
    }

    /// <summary>The training step of a program; null where there is no loss.</summary>
    private static Graph? Training(ModelProgram program, bool isScaled) =>
        program.Declared.Loss is { } loss ? Differentiate.Run(Simplify.Run(loss), "Train", isScaled) : null;

    /// <summary>What each phase leaves as it is, by its name.</summary>
    private static Dictionary<string, string[]> Untrained(IReadOnlyList<ModelProgram> programs, IReadOnlyList<Graph?> trainings) => programs
        .Select((program, i) => (Phase: program.Spec.Lowered?.Name ?? "", Training: trainings[i]))
        .Where(static p => p.Training is not null)
        .ToDictionary(static p => p.Phase, p => PhaseGraphs.Untrained(p.Training!, trainings.OfType<Graph>()).ToArray(), StringComparer.Ordinal);

    /// <summary>What the programs are, for the reference to run.</summary>
    private static IEnumerable<(string Prefix, IReadOnlyList<Graph> Graphs)> Defined(IReadOnlyList<ModelProgram> programs)
    {
        IReadOnlyList<Graph?> trainings = PhaseGraphs.WithAllGradients([.. programs.Select(static p => Training(p, isScaled: false))]);
        return programs.Select((p, i) => (p.Spec.Prefix, (IReadOnlyList<Graph>)(trainings[i] is { } training ? [p.Declared.Forward, p.Declared.Evaluate!, training] : [p.Declared.Forward])));
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
        return PlanMemory.Run(Schedule.Run(FuseExperts.Run(FuseRows.Run(Fuse.Run(Simplify.Run(HandedOver(graph, spec))), nominal))), nominal);
    }

    /// <summary>Fewer nodes, joined formulas, a good order, a place for each value.</summary>
    private static Plan Plan(Graph graph, ModelSpec spec) =>
        PlanMemory.Run(Schedule.Run(Fuse.Run(Simplify.Run(HandedOver(graph, spec)))), PlanFile.Nominal(spec, 64));

    private static Graph HandedOver(Graph graph, ModelSpec spec) => spec.FusedUpdate ? HandOverGradients.Run(graph) : graph;
}
