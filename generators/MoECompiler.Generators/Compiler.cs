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
            FormulaTable formulas = new([.. spec.Root.Members.Select(static m => m.Name), .. spec.Sizes.Select(static s => s.Name)]);
            Graph forward = ModelLowering.Forward(spec);
            Plan served = Plan(forward, spec);
            GpuKernelTable gpu = new(PlanFile.Nominal(spec, 64));
            List<SourceFile> files = [new($"{spec.Name}.Forward.g.cs", PlanFile.EmitForward(spec, served, formulas))];
            if (spec.HasGpu)
                files.Add(new($"{spec.Name}.Gpu.Forward.g.cs", GpuPlanFile.Emit(spec, gpu, ("Forward", GpuPlan(forward, spec)))));
            if (spec.Loss is null)
            {
                if (spec.HasGpu)
                    files.Add(new($"{spec.Name}.Gpu.Kernels.g.cs", gpu.Emit(spec)));
                files.Add(new($"{spec.Name}.Model.g.cs", ModelFile.Emit(spec, forward, null)));
                files.Add(new($"{spec.Name}.Graph.g.cs", GraphFile.Emit(spec, [forward])));
                files.Add(new($"{spec.Name}.Kernels.g.cs", KernelFile.Emit(spec, formulas)));
                return new CompiledModel(files.ToEquatable(), []);
            }

            Graph evaluate = ModelLowering.Loss(spec, isTraining: false);
            Graph loss = ModelLowering.Loss(spec, isTraining: true);
            Graph training = Differentiate.Run(Simplify.Run(loss), "Train");
            files.Add(new($"{spec.Name}.Train.g.cs", PlanFile.EmitTraining(spec, Plan(training, spec), Plan(evaluate, spec), formulas)));
            files.Add(new($"{spec.Name}.Model.g.cs", ModelFile.Emit(spec, loss, evaluate)));
            files.Add(new($"{spec.Name}.Graph.g.cs", GraphFile.Emit(spec, [forward, evaluate, training])));
            files.Add(new($"{spec.Name}.Kernels.g.cs", KernelFile.Emit(spec, formulas)));
            if (spec.HasGpu)
            {
                files.Add(new($"{spec.Name}.Gpu.Train.g.cs", GpuPlanFile.Emit(spec, gpu, ("Backward", GpuPlan(training, spec)), ("Evaluate", GpuPlan(evaluate, spec)))));
                files.Add(new($"{spec.Name}.Gpu.Kernels.g.cs", gpu.Emit(spec)));
            }
            return new CompiledModel(files.ToEquatable(), GradientDiagnostics.Of(spec, training));
        }
        catch (LoweringError error)
        {
            return new CompiledModel([], [new DiagnosticInfo(error.Id, error.Span, error.Arguments.ToEquatable())]);
        }
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
