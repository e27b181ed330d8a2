using System.Globalization;
using MoECompiler.Checkpoints;

namespace MoECompiler.Training;

/// <summary>
/// A training in one safetensors file: the model's weights, what the optimizer remembers, and as texts the step and what may not differ
/// when the training is resumed.
/// </summary>
internal sealed class TrainerCheckpoint(ITrainable model, Optimizer optimizer, OptimizerState state, TrainerOptions options)
{
    private const string FormatKey = "trainer.format";
    private const string Format = "1";
    private const string StepKey = "trainer.step";
    private const string DataKey = "trainer.data";
    private const string ScaleKey = "trainer.lossScale";
    private const string BestKey = "trainer.best";

    /// <summary>What has to be the same in the trainer that resumes: each with its key in the file and its name in errors.</summary>
    private IEnumerable<(string Key, string Name, string Text)> Identity =>
    [
        (FormatKey, "format", Format),
        ("trainer.model", "model", model.GetType().Name),
        ("trainer.optimizer", "optimizer", string.Join("; ", [optimizer.Description, .. optimizer.Groups, .. options.Rounds is { } rounds ? (string[])[rounds.Description] : []])),
        ("trainer.seed", "seed", options.Seed.ToString(CultureInfo.InvariantCulture)),
        .. options.Pruning is { } pruning ? [("trainer.pruning", "pruning", pruning.Description)] : ((string, string, string)[])[],
        .. model is Model { TrainedAs: { } phases } ? [("trainer.evolution", "evolution", phases)] : ((string, string, string)[])[],
    ];

    /// <summary>Writes the training as it is after the last step.</summary>
    /// <param name="path">Replaced whole or not at all.</param>
    /// <param name="data">What the training learns from; null if it has not begun.</param>
    /// <param name="best">The best evaluation so far.</param>
    /// <param name="cancellationToken">Looked at between two tensors.</param>
    /// <exception cref="CheckpointException">The file cannot be written.</exception>
    public void Save(string path, string? data, BestEvaluation best = default, CancellationToken cancellationToken = default)
    {
        SafetensorsWriter writer = new();
        foreach ((string key, _, string text) in Identity)
            writer.SetMetadata(key, text);
        if (data is not null)
            writer.SetMetadata(DataKey, data);
        if (state.LossScale != new LossScale(1, 0))
            writer.SetMetadata(ScaleKey, state.LossScale.ToString());
        if (best != default)
            writer.SetMetadata(BestKey, best.ToString());

        using Lock.Scope inside = model.Gate.Enter();
        (model as Model)?.Describe(writer);
        writer.SetMetadata(StepKey, state.Step.ToString(CultureInfo.InvariantCulture));
        foreach (Parameter parameter in model.Parameters)
            parameter.AddTo(writer);
        state.Pruned?.AddTo(writer);
        foreach ((string name, StateTensor tensor) in StateTensors())
            tensor.AddTo(writer, name);
        writer.Write(path, cancellationToken);
    }

    /// <summary>Brings model and optimizer to where the training was when it was saved.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cancellationToken">Looked at as long as nothing was changed.</param>
    /// <returns>What the training learned from, null if it had not begun, and its best evaluation.</returns>
    /// <exception cref="CheckpointException">The file is no checkpoint of this training; nothing was changed, but that of a half of the model nothing
    /// may be remembered any more.</exception>
    public (string? Data, BestEvaluation Best) Load(string path, CancellationToken cancellationToken = default)
    {
        using Checkpoint checkpoint = Checkpoint.Open(path);
        if (!checkpoint.Metadata.ContainsKey(FormatKey))
        {
            throw new CheckpointException(
                path, $"this is no checkpoint of a training; weights alone are loaded with {nameof(Model)}.{nameof(Model.LoadWeights)}.");
        }
        foreach ((string key, string name, string text) in Identity)
        {
            string? found = checkpoint.Metadata.GetValueOrDefault(key);
            if (found != text)
                throw new CheckpointException(path, $"this is of another training: expected the {name} {text}, found {Describe(found)}.");
        }
        string? stepText = checkpoint.Metadata.GetValueOrDefault(StepKey);
        if (!long.TryParse(stepText, NumberStyles.None, CultureInfo.InvariantCulture, out long step))
            throw new CheckpointException(path, $"expected {StepKey} to be a number of steps, found {Describe(stepText)}.");

        using Lock.Scope inside = model.Gate.Enter();
        (model as Model)?.Check(checkpoint);
        long before = state.Step;
        state.Seek(step);
        try
        {
            LoadTensors(checkpoint, cancellationToken);
        }
        catch (Exception error) when (error is CheckpointException or OperationCanceledException)
        {
            state.Seek(before);
            throw;
        }
        (model as Model)?.WasLoaded(checkpoint);
        state.LossScale = LossScale.Parse(checkpoint.Metadata.GetValueOrDefault(ScaleKey)) ?? state.LossScale;
        return (checkpoint.Metadata.GetValueOrDefault(DataKey), BestEvaluation.Parse(checkpoint.Metadata.GetValueOrDefault(BestKey)));
    }

    /// <summary>Takes the weights alone, of a file that <see cref="Save"/> wrote.</summary>
    public void LoadWeights(string path)
    {
        using Checkpoint checkpoint = Checkpoint.Open(path);
        using Lock.Scope inside = model.Gate.Enter();
        WeightLoader.Load(checkpoint, [.. model.Parameters.SelectMany(static parameter => parameter.Requests())], allowExtra: true);
        (model as Model)?.WasLoaded(checkpoint);
    }

    private void LoadTensors(Checkpoint checkpoint, CancellationToken cancellationToken) =>
        WeightLoader.Load(
            checkpoint,
            [
                .. model.Parameters.SelectMany(static parameter => parameter.Requests()),
                .. StateTensors().Select(static item => item.Tensor.Request(item.Name)),
            ],
            [.. StateTensors().Select(static item => item.Tensor.RequestCodes(item.Name)).OfType<CodeRequest>(), .. state.Pruned?.Requests() ?? []],
            allowExtra: false,
            cancellationToken);

    private static string Describe(string? text) => text is null ? "none" : Wording.Quote(text);

    private IEnumerable<(string Name, StateTensor Tensor)> StateTensors()
    {
        foreach (TrainedParameter item in state.Trained)
        {
            foreach (StateTensor tensor in item.Kept)
                yield return ($"optimizer.{tensor.Kind.Name}.{item.Parameter.Path}", tensor);
        }
    }
}
