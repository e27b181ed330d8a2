using MoECompiler.Checkpoints;
using MoECompiler.Data;

namespace MoECompiler.Training;

/// <summary>Trains a model: step after step the gradients of a batch, then the optimizer's update.</summary>
/// <remarks>
/// The same model, data, options and seeds give the same bits, with any number of threads, and also where the training was interrupted
/// and resumed from a checkpoint. After the first steps a step allocates nothing.
/// </remarks>
public sealed class Trainer : IDisposable
{
    private readonly ITrainable _model;
    private readonly TrainerOptions _options;
    private readonly OptimizerState _state;
    private readonly StepRunner _runner;
    private readonly Evaluator _evaluator;
    private readonly TrainerCheckpoint _checkpoint;
    private string? _data;
    private int _isTraining;

    /// <exception cref="ArgumentException">A parameter group contains no parameter, or nothing is left to train.</exception>
    /// <exception cref="IOException">The file of an optimizer's paged state cannot be made.</exception>
    public Trainer(ITrainable model, Optimizer optimizer, TrainerOptions? options = null)
    {
        _model = model;
        _options = options ?? new TrainerOptions();
        _state = new OptimizerState(optimizer, model, _options);
        _runner = optimizer.NewStep(model, _state, _options);
        _evaluator = new Evaluator(model, _options.EvaluationMetrics);
        _checkpoint = new TrainerCheckpoint(model, optimizer, _state, _options);
    }

    /// <summary>The best evaluation so far, where a rule of when to stop looks for one.</summary>
    internal BestEvaluation Best { get; set; }

    /// <summary>How many steps are done.</summary>
    public long Step => _state.Step;

    /// <summary>Trains to the end of the last epoch, from where the last call or the resumed checkpoint ended.</summary>
    /// <param name="data">What is learned.</param>
    /// <param name="evaluation">What the model is measured on; null for no evaluation.</param>
    /// <param name="progress">Told now and then how far the training is, on the thread that trains.</param>
    /// <param name="cancellationToken">Looked at before each step.</param>
    /// <exception cref="TrainingException">A metric or a gradient is not finite.</exception>
    /// <exception cref="ShapeException">The data have not the columns that the model takes.</exception>
    /// <exception cref="ArgumentException">The data are not those that the training began with.</exception>
    /// <exception cref="CheckpointException">A checkpoint cannot be written.</exception>
    /// <exception cref="InvalidOperationException">The trainer is training already.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled; the training can go on from the last step.</exception>
    public TrainingReport Fit(
        DataLoader data,
        DataLoader? evaluation = null,
        IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        BeginExclusive();
        try
        {
            TensorSpec.Check(_model.Inputs, data.Columns);
            if (evaluation is not null)
                TensorSpec.Check(_model.Inputs, evaluation.Columns);
            else if (_options.EarlyStopping is not null)
                throw new ArgumentException("A training that may stop early needs data to evaluate on.", nameof(evaluation));
            string identity = DataIdentity.Of(data) + (_options.AccumulatedBatches > 1 ? $", {_options.AccumulatedBatches} batches a step" : "");
            if ((_data ??= identity) != identity)
                throw new ArgumentException($"The training began with other data: expected {_data}, found {identity}.");
            return new TrainingRun(this, _runner, _evaluator, _options, data, evaluation, progress).Run(cancellationToken);
        }
        finally
        {
            _isTraining = 0;
        }
    }

    /// <summary><see cref="Fit"/> on a thread of its own.</summary>
    public Task<TrainingReport> FitAsync(
        DataLoader data,
        DataLoader? evaluation = null,
        IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellationToken = default)
        => Task.Factory.StartNew(
            () => Fit(data, evaluation, progress, cancellationToken),
            cancellationToken,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);

    /// <summary>
    /// Writes the training to one safetensors file: the weights, what the optimizer remembers, and the step. The file is replaced whole or
    /// not at all: whoever kills the process at any instant leaves the old checkpoint or the new one.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="cancellationToken">Looked at between two tensors.</param>
    /// <exception cref="CheckpointException">The file cannot be written.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled; the old file is as it was.</exception>
    public void Save(string path, CancellationToken cancellationToken = default) => _checkpoint.Save(path, _data, Best, cancellationToken);

    /// <summary>Goes back to where a training was when it was saved. Epochs, schedule and learning rate may be others than then.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cancellationToken">Looked at as long as nothing was changed.</param>
    /// <exception cref="CheckpointException">The file is no whole checkpoint of this model, optimizer and seed; nothing was changed.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled; nothing was changed.</exception>
    /// <exception cref="InvalidOperationException">The trainer is training.</exception>
    public void Resume(string path, CancellationToken cancellationToken = default)
    {
        BeginExclusive();
        try
        {
            (_data, Best) = _checkpoint.Load(path, cancellationToken);
        }
        finally
        {
            _isTraining = 0;
        }
    }

    /// <summary>How many weights are 0; null where none is pruned.</summary>
    internal SparsityReport? Sparsity() => _options.Pruning is null ? null : SparsityReport.Of(_model.Parameters);

    /// <summary>Takes the weights of a checkpoint, and nothing else.</summary>
    internal void LoadWeights(string path) => _checkpoint.LoadWeights(path);

    public void Dispose()
    {
        _state.Dispose();
        _runner.Dispose();
        _evaluator.Dispose();
    }

    private void BeginExclusive()
    {
        if (Interlocked.Exchange(ref _isTraining, 1) != 0)
            throw new InvalidOperationException("This trainer is training already.");
    }
}
