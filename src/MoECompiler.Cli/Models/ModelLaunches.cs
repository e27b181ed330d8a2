using MoECompiler.Training;

namespace MoECompiler.Cli;

/// <summary>What a model asks of a GPU, taken down without one.</summary>
/// <param name="type">The model's class.</param>
/// <param name="sizes">Sizes other than their defaults.</param>
/// <param name="extent">Every extent that only inputs tell, but for the rows.</param>
internal sealed class ModelLaunches(Type type, IReadOnlyDictionary<string, int> sizes, int extent)
{
    /// <summary>So many rows that every product is worth its largest tile.</summary>
    private const int ManyRows = 4_096;

    public string Name => type.Name;

    /// <summary>The launches of all methods.</summary>
    /// <param name="traits">The device.</param>
    /// <param name="rows">The extent B.</param>
    /// <exception cref="CommandException">The model has no kernels for GPUs.</exception>
    public IReadOnlyList<(string Method, RecordedLaunch Launch)> Of(DeviceTraits traits, int rows)
    {
        using OfflineDevice device = new(traits);
        using ModelProgram program = new(type, sizes, device);
        // A model that hands its gradients over is updated within its backward pass.
        using OptimizerState? within = program.Model.HandsOver ? new OptimizerState(new AdamW(), (ITrainable)program.Model) : null;
        program.Model.GradientConsumer = within is null ? null : new UpdateOfEach(within);
        List<(string, RecordedLaunch)> launches = [];
        foreach (string method in program.IsTrainable ? (string[])["Forward", "Evaluate", "Backward"] : ["Forward"])
        {
            Action run = program.Prepare(method, rows, extent);
            device.Clear();
            run();
            launches.AddRange(device.Recorded.Select(l => (method, l)));
        }
        if (launches.Count > 0 && within is null && program.Model is ITrainable trained && HasTrained(trained))
            launches.AddRange(Updates(device, trained));
        return launches.Count > 0 ? launches : throw new CommandException(
            $"{type.Name} has no kernels for GPUs: it was compiled without a reference to MoECompiler.Gpu.");
    }

    /// <summary>The launches of an update by an optimizer.</summary>
    private static IEnumerable<(string Method, RecordedLaunch Launch)> Updates(OfflineDevice device, ITrainable model)
    {
        using OptimizerState state = new(new AdamW(), model);
        device.Clear();
        state.Update(learningRate: 1e-3);
        return [.. device.Recorded.Select(static l => ("AdamW", l))];
    }

    /// <summary>The launches of every optimizer, of state in 32 and in 8 bits, and of what a step does to gradients and parameters beside.</summary>
    /// <param name="traits">The device.</param>
    public IEnumerable<RecordedLaunch> OfOptimizers(DeviceTraits traits)
    {
        using OfflineDevice device = new(traits);
        using ModelProgram program = new(type, sizes, device);
        if (program.Model is not ITrainable model || program.Model.HandsOver || !HasTrained(model))
            return [];
        // The rows of a table that is trained by rows are those of a step, and of one batch.
        bool isByRows = model.Parameters.Any(static parameter => parameter.IsTrainedByRows);
        if (isByRows)
        {
            model.AllocateGradients();
            program.Prepare("Backward", rows: 2, extent: 1)();
        }
        device.Clear();
        foreach (Optimizer optimizer in (Optimizer[])
            [new Sgd(), new Sgd { Momentum = 0.9 }, new Sgd { Momentum = 0.9, Nesterov = true }, new AdaGrad(), new RmsProp(), new RmsProp { Momentum = 0.9 }, new AdaDelta(), new Adam(), new Lion(),
             new Lion { StateFormat = StateFormat.Dynamic8 }, new AdamW { StateFormat = StateFormat.Dynamic8 }])
        {
            TrainerOptions options = new() { AccumulatedBatches = isByRows ? 1 : 2, Pruning = new GradualPruning { Weights = new ParameterGroup(static _ => true, "all") } };
            using OptimizerState state = new(optimizer, model, options);
            using ModelMetrics metrics = new(model);
            if (!isByRows)
                state.Accumulate(rowsBefore: 1, rows: 1, isLast: true);
            state.BeginUpdate(learningRate: 1e-3, maximumNorm: 1, metrics);
            state.Count();
            state.Perturb(new Perturbation(default, From: 0, To: 1e-3f));
        }
        return [.. device.Recorded];
    }

    /// <summary>All launches for these rows, for a few, and for many: what a device chooses its kernels by.</summary>
    public IEnumerable<RecordedLaunch> ForAnyRows(DeviceTraits traits, int rows) =>
        new[] { rows, 1, ManyRows }.SelectMany(r => Of(traits, r)).Select(static l => l.Launch);

    /// <summary>Whether there is something to update: in a model that is there for adapters all may be frozen.</summary>
    private static bool HasTrained(ITrainable model) => model.Parameters.Any(static parameter => !parameter.IsFrozen);

    /// <summary>Updates each parameter as its gradient is handed over.</summary>
    private sealed class UpdateOfEach(OptimizerState state) : IGradientConsumer
    {
        public void Use(Parameter parameter) => state.UpdateOne(parameter, learningRate: 1e-3, gradientScale: 1);
    }
}
