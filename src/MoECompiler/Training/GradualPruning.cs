namespace MoECompiler.Training;

/// <summary>
/// Prunes weights while a model is trained: of each matrix the smallest become 0, more and more of them, and what is pruned stays 0, to the bit, whatever the
/// optimizer does. What is left has time to take over.
/// </summary>
/// <remarks>
/// From <see cref="BeginStep"/> on, every <see cref="EverySteps"/> steps, the share of zeroes is Sparsity + (InitialSparsity - Sparsity) * (1 - p)^3 with p from 0 to 1
/// at <see cref="EndStep"/>. Weights compete within their parameter, of repeated layers within each. Of two that are as small the first goes. A weight
/// that was pruned does not come back. Kernels stay as large as they were: <see cref="Checkpoints.NeuronPruning"/> and <see cref="Checkpoints.FilterPruning"/>
/// make them smaller. Source: Zhu and Gupta, To prune, or not to prune: exploring the efficacy of pruning for model compression, 2017.
/// </remarks>
public sealed record GradualPruning
{
    /// <summary>The share of the weights that is 0 in the end, from 0 to below 1.</summary>
    public double Sparsity
    {
        get;
        init => field = Share(value, nameof(Sparsity));
    }

    /// <summary>The share at <see cref="BeginStep"/>: that of <see cref="Sparsity"/> prunes at once, before the training where it begins with step 0.</summary>
    public double InitialSparsity
    {
        get;
        init => field = Share(value, nameof(InitialSparsity));
    }

    /// <summary>The first step before which weights are pruned.</summary>
    public long BeginStep
    {
        get;
        init => field = NotNegative(value, nameof(BeginStep));
    }

    /// <summary>The step before which the last weights are pruned.</summary>
    public long EndStep
    {
        get;
        init => field = NotNegative(value, nameof(EndStep));
    }

    /// <summary>How many steps lie between two times of pruning.</summary>
    public long EverySteps
    {
        get;
        init => field = value > 0 ? value : throw new ArgumentOutOfRangeException(nameof(EverySteps), value, "There is at least one step between two times of pruning.");
    } = 100;

    /// <summary>Whether weights that are 0 as the training begins, as <see cref="Checkpoints.WeightPruning"/> made them, stay 0.</summary>
    public bool KeepsZeroes { get; init; }

    /// <summary>What is pruned; null for every matrix that is trained, and no vector nor bias.</summary>
    public ParameterGroup? Weights { get; init; }

    /// <summary>The share of zeroes that a step finds.</summary>
    public double At(long step)
    {
        if (step < BeginStep)
            return 0;
        if (step >= EndStep)
            return Sparsity;
        double left = 1 - (double)(step - BeginStep) / (EndStep - BeginStep);
        return Sparsity + (InitialSparsity - Sparsity) * left * left * left;
    }

    /// <summary>Whether weights are pruned before a step.</summary>
    internal bool IsDue(long step) => step >= BeginStep && (step == EndStep || (step < EndStep && (step - BeginStep) % EverySteps == 0) || (step == BeginStep && step > EndStep));

    /// <summary>Whether a parameter that is trained is pruned.</summary>
    internal bool Prunes(Parameter parameter) => Weights is { } group ? group.Contains(parameter) : parameter.Extents.Rank - (parameter.Layers > 0 ? 1 : 0) > 1
        && !parameter.Path.EndsWith("Bias", StringComparison.Ordinal);

    /// <summary>For checkpoints: what cannot change when a training is resumed.</summary>
    internal string Description => FormattableString.Invariant(
        $"to {Sparsity} from {InitialSparsity} of {Weights?.Description ?? "each matrix"}, steps {BeginStep} to {EndStep}, each {EverySteps}{(KeepsZeroes ? ", zeroes stay" : "")}");

    private static double Share(double value, string name) =>
        value is >= 0 and < 1 ? value : throw new ArgumentOutOfRangeException(name, value, "A share of zeroes is from 0 to below 1.");

    private static long NotNegative(long value, string name) =>
        value >= 0 ? value : throw new ArgumentOutOfRangeException(name, value, "A step is not negative.");
}
