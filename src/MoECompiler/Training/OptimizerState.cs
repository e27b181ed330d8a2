using System.Diagnostics.CodeAnalysis;

namespace MoECompiler.Training;

/// <summary>A model under an optimizer: what the optimizer remembers of each parameter that it trains.</summary>
public sealed partial class OptimizerState : IDisposable
{
    private readonly Optimizer _optimizer;
    private readonly ITrainable _model;
    private readonly TrainedParameter[] _trainable;
    private readonly TrainingRounds? _rounds;
    private readonly int _batches;
    private readonly float _gradientBound;
    private readonly bool _isFused;
    private readonly Dictionary<Parameter, Updater> _updaters = [];
    private TrainedParameter[] _drawn;
    private Updater _updater;
    private TrainedParts? _parts;
    private long _round;

    /// <summary>
    /// State of zeroes for each parameter that neither the model nor a group freezes; the model gets gradients if the optimizer reads any.
    /// </summary>
    /// <exception cref="ArgumentException">A group contains no parameter, or no parameter is left to train.</exception>
    /// <exception cref="IOException">The file of paged state cannot be made.</exception>
    public OptimizerState(Optimizer optimizer, ITrainable model)
        : this(optimizer, model, new TrainerOptions())
    {
    }

    /// <summary>The same as the options of a training say.</summary>
    /// <exception cref="ArgumentException">A group contains no parameter, no parameter is left to train, or the model is none of the compiler's and
    /// a part of it is to be trained.</exception>
    internal OptimizerState(Optimizer optimizer, ITrainable model, TrainerOptions options)
    {
        _optimizer = optimizer;
        _model = model;
        _rounds = options.Rounds;
        _batches = options.AccumulatedBatches;
        _gradientBound = (float)(options.MaximumGradientValue ?? double.PositiveInfinity);
        if (options.LossScaling is { } scaling)
            LossScale = new LossScale(ScaleOf(model, scaling), 0);
        CheckGroups();
        _isFused = model is Model { HandsOver: true } && optimizer.NeedsGradients;

        List<TrainedParameter> trained = [];
        foreach (Parameter parameter in model.Parameters)
        {
            ParameterGroup? group = optimizer.Groups.FirstOrDefault(group => group.Contains(parameter));
            if (!parameter.IsFrozen && group is not { IsFrozen: true })
                trained.Add(NewTrained(parameter, group));
        }
        if (trained.Count == 0)
            throw new ArgumentException("All parameters are frozen: there is nothing to train.");
        if (trained.TrueForAll(static item => item.FreezeAtStep != long.MaxValue))
            throw new ArgumentException("All parameters are frozen at some step: there is nothing to train after the last.");

        if (!optimizer.NeedsGradients && options.MaximumGradientValue is not null)
            throw new ArgumentException($"{optimizer.GetType().Name} reads no gradients: {nameof(TrainerOptions.MaximumGradientValue)} has nothing to bound.");
        if (_isFused)
            CheckFused(trained, options);
        if (_batches > 1 && trained.Find(static item => item.IsByRows) is { } table)
        {
            throw new ArgumentException(
                $"{table.Parameter.Path} is trained by rows, which are others in each batch: {nameof(TrainerOptions.AccumulatedBatches)} has to be 1.");
        }
        if (_rounds is not null && model is not Model)
            throw new ArgumentException($"A part of a model is trained at a time where it derives from {nameof(Model)}; {model.GetType().Name} does not.");
        if (!optimizer.NeedsGradients && trained.Find(static item => !item.IsInBlocksOf(Philox.Words)) is { } cut)
            throw new ArgumentException($"Directions are drawn for {Philox.Words} elements at a time: the experts of {cut.Parameter.Path} have another number, and none can be frozen by itself.");
        if (options.Pruning is { } rule && trained.Find(item => !item.IsWhole && rule.Prunes(item.Parameter)) is { } kept)
            throw new ArgumentException($"Some experts of {kept.Parameter.Path} are frozen, and its smallest weights are to become 0: leave it out of {nameof(TrainerOptions.Pruning)}.");
        _trainable = [.. trained];
        _held = HeldStates();
        Hold(0);
        Pruned = options.Pruning is { } pruning ? new PrunedWeights(pruning, model.Device, trained.Select(static item => item.Parameter)) : null;
        Draw(round: 0);
    }

    /// <summary>How many updates were made.</summary>
    public long Step { get; private set; }

    /// <summary>What the optimizer changes, in the model's order.</summary>
    public IEnumerable<Parameter> TrainedParameters => Trained.Select(static item => item.Parameter);

    internal IReadOnlyList<TrainedParameter> Trained { get; private set; }

    /// <summary>Which weights stay 0; null where none is pruned.</summary>
    internal PrunedWeights? Pruned { get; }

    /// <summary>Of the next step.</summary>
    internal LossScale LossScale { get; set; } = new(1, 0);

    /// <summary>
    /// The norm of all trained parameters' gradients together. The order of summation is fixed: a device gives the same bits each time,
    /// the CPU with any number of threads.
    /// </summary>
    public double GradientNorm()
    {
        using Lock.Scope inside = _model.Gate.Enter();
        return _updater.GradientNorm();
    }

    /// <summary>Goes to the round of the next update, if it is another: with other parameters, and a state of zeroes.</summary>
    internal void BeginStep()
    {
        Enter(_rounds is null ? 0 : Step / _rounds.RoundSteps);
        Hold(Step);
        (_model as Model)?.BeginStep(Step * _batches, this);
        FreezeWhatIsDue(Step);
        Pruned?.BeginStep(Step);
    }

    /// <summary>What is remembered of the first expert becomes that of all experts of its layer, or what is remembered of them is forgotten.</summary>
    internal void Spread(Parameter experts, bool isReset)
    {
        if (Trained.FirstOrDefault(item => item.Parameter == experts) is not { } trained)
            return;
        int layers = Math.Max(experts.Layers, 1);
        foreach (StateTensor state in trained.State)
        {
            float[] elements = state.ToArray();
            int layer = elements.Length / layers, expert = layer / experts.Extents[experts.Layers > 0 ? 1 : 0];
            for (int i = 0; i < elements.Length; i++)
                elements[i] = isReset ? 0 : elements[i / layer * layer + i % layer % expert];
            state.CopyFrom(elements);
        }
    }

    /// <summary>Goes to where so many updates were made; what is remembered is yet to be read from a checkpoint.</summary>
    internal void Seek(long step)
    {
        Step = step;
        long last = Math.Max(0, step - 1);
        Enter(_rounds is null ? 0 : last / _rounds.RoundSteps);
        FreezeWhatIsDue(last);
    }

    /// <summary>An update was made by other means than <see cref="Update(double, double)"/>.</summary>
    internal void Count()
    {
        Pruned?.Clear();
        Step++;
    }

    /// <summary>Makes the gradients those of all batches since the first, weighted by their rows.</summary>
    /// <param name="rowsBefore">Of the batches before; 0 for the first.</param>
    /// <param name="rows">Of the batch whose gradients were computed.</param>
    /// <param name="isLast">Whether an update follows; else the sum is kept.</param>
    internal void Accumulate(long rowsBefore, int rows, bool isLast)
    {
        double all = rowsBefore + rows;
        _updater.Accumulate((float)(rowsBefore / all), (float)(rows / all), isLast);
    }

    /// <summary>Updates the trained parameters by their gradients. Allocates nothing.</summary>
    /// <param name="learningRate">With the schedule's factor, without the groups'.</param>
    /// <param name="gradientScale">What each gradient is multiplied by first; see <see cref="GradientClip"/>.</param>
    /// <exception cref="InvalidOperationException">The model hands its gradients over as they are made: a <see cref="Trainer"/> makes its steps.</exception>
    public void Update(double learningRate, double gradientScale = 1)
    {
        if (_isFused)
            throw new InvalidOperationException($"{_model.GetType().Name} hands its gradients over as they are made: a {nameof(Trainer)} makes its steps.");
        using Lock.Scope inside = _model.Gate.Enter();
        FreezeWhatIsDue(Step);
        _updater.Scale(gradientScale);
        _optimizer.Update(_updater, Step + 1, learningRate);
        Count();
        Hold(Step);
    }

    /// <summary>
    /// Updates the trained parameters by their gradients, scaled down to a norm of at most <paramref name="maximumNorm"/>; does nothing if
    /// a gradient or a metric is not finite. A GPU is waited for once, at the end. Allocates nothing.
    /// </summary>
    /// <returns>The norm before it was scaled down, and whether the update was made.</returns>
    internal (double GradientNorm, bool IsMade) TryUpdate(double learningRate, double maximumNorm, ModelMetrics metrics, int lossScale = 1)
    {
        using Lock.Scope inside = _model.Gate.Enter();
        BeginUpdate(learningRate, maximumNorm, metrics, lossScale);
        (double norm, bool isFinite) = _updater.Finish(metrics);
        if (isFinite)
            Count();
        return (norm, isFinite);
    }

    /// <summary>The first half of <see cref="TryUpdate"/>, which a GPU is not waited for.</summary>
    internal void BeginUpdate(double learningRate, double maximumNorm, ModelMetrics metrics, int lossScale = 1)
    {
        _updater.Measure(metrics, maximumNorm, lossScale);
        _optimizer.Update(_updater, Step + 1, learningRate);
    }

    /// <summary>Moves the trained parameters along random directions; see <see cref="MeZo"/>.</summary>
    internal void Perturb(Perturbation perturbation) => _updater.Perturb(perturbation);

    public void Dispose()
    {
        Hold(-1);
        Free();
        Pruned?.Dispose();
        DisposeUpdaters();
    }

    private TrainedParameter NewTrained(Parameter parameter, ParameterGroup? group)
    {
        TrainedParameter whole = new(parameter, group?.LearningRateFactor ?? 1, group?.WeightDecay ?? _optimizer.WeightDecay)
        {
            IsByRows = parameter.IsTrainedByRows && _optimizer.NeedsGradients,
            IsFused = _isFused,
            FreezeAtStep = group?.FreezeAtStep ?? long.MaxValue,
        };
        if (group is null or { FrozenExperts: [] })
            return whole;
        return whole.IsByRows
            ? throw new ArgumentException($"{parameter.Path} is trained by rows: no expert of it can be frozen.")
            : whole with { Parts = FrozenExperts.Beside(parameter, group.FrozenExperts) };
    }

    private void Enter(long round)
    {
        if (round != _round)
            Draw(round);
    }

    /// <summary>Leaves out what the next update, after so many, does not change; what is remembered of it stays as it is.</summary>
    private void FreezeWhatIsDue(long steps)
    {
        int count = 0;
        foreach (TrainedParameter item in _drawn)
            count += steps < item.FreezeAtStep ? 1 : 0;
        if (count != Trained.Count || !ReferenceEquals(_parts, (_model as Model)?.TrainedParts))
            Keep(steps);
    }

    /// <summary>Apart from the question above, which each step asks: what the lambda holds is allocated where a method begins.</summary>
    private void Keep(long steps)
    {
        Trained = Array.FindAll(_drawn, item => steps < item.FreezeAtStep);
        Aim();
    }

    /// <summary>At what the next update changes of the trained parameters.</summary>
    [MemberNotNull(nameof(_updater))]
    private void Aim()
    {
        DisposeUpdaters();
        _parts = (_model as Model)?.TrainedParts;
        TrainedParameter[] changed = [.. Trained.Select(item => _parts is null ? item : _parts.Of(item)).OfType<TrainedParameter>()];
        _updater = _model.Device.CreateUpdater(changed, _gradientBound);
        foreach (TrainedParameter item in changed.Where(static item => item.IsFused))
            _updaters.Add(item.Parameter, _model.Device.CreateUpdater([item], _gradientBound));
    }

    private void DisposeUpdaters()
    {
        _updater?.Dispose();
        foreach (Updater updater in _updaters.Values)
            updater.Dispose();
        _updaters.Clear();
    }

    [MemberNotNull(nameof(_updater), nameof(_drawn), nameof(Trained))]
    private void Draw(long round)
    {
        Free();
        _round = round;
        TrainedParameter[] drawn = _trainable;
        if (_rounds is not null)
        {
            HashSet<Parameter> chosen = [.. _rounds.Choose(_trainable.Select(static item => item.Parameter), round)];
            drawn = Array.FindAll(_trainable, item => chosen.Contains(item.Parameter));
            if (_optimizer.NeedsGradients)
                ((Model)_model).AllocateGradients(chosen);
        }
        else if (_optimizer.NeedsGradients)
        {
            _model.AllocateGradients();
        }
        Trained = _drawn = drawn;
        Allocate();
        Aim();
    }

    /// <exception cref="ArgumentException">The model computes no slopes in halves.</exception>
    private static int ScaleOf(ITrainable model, LossScaling scaling) =>
        model is Model compiled && compiled.AllParameters.Any(static parameter => parameter.ElementType == ElementType.Float16)
            ? scaling.Initial
            : throw new ArgumentException($"{model.GetType().Name} has no weights of {nameof(Precision.Float16)}: its slopes need no scale.");

    private void CheckGroups()
    {
        foreach (ParameterGroup group in _optimizer.Groups)
        {
            if (_model.Parameters.Any(group.Contains))
                continue;
            string paths = string.Join(", ", _model.Parameters.Select(static parameter => parameter.Path));
            throw new ArgumentException($"The parameter group '{group.Description}' contains no parameter; there are: {paths}.");
        }
    }
}
