using System.IO.Enumeration;

namespace MoECompiler.Training;

/// <summary>Parameters that an optimizer treats in a way of their own. A parameter is in the first group that contains it.</summary>
/// <param name="Contains">Whether a parameter is in the group.</param>
/// <param name="Description">The group in error messages and in checkpoints.</param>
public sealed record ParameterGroup(Func<Parameter, bool> Contains, string Description)
{
    /// <summary>What the learning rate is multiplied by.</summary>
    public double LearningRateFactor { get; init; } = 1;

    /// <summary>Instead of the optimizer's; null for the optimizer's.</summary>
    public double? WeightDecay { get; init; }

    /// <summary>The optimizer leaves the parameters as they are and keeps no state for them, and no step moves them by itself.</summary>
    public bool IsFrozen { get; init; }

    /// <summary>
    /// From this step on the optimizer leaves the parameters as they are, and a step those that it moves by itself, such as a selection bias; null for
    /// never. A router that goes on learning while tasks come one after
    /// another forgets which experts had the first: its gate is to stop in time.
    /// </summary>
    /// <remarks>Gradients are computed all the same. Source: Li et al., Theory on Mixture-of-Experts in Continual Learning, ICLR 2025.</remarks>
    public long? FreezeAtStep
    {
        get;
        init => field = value is null or > 0
            ? value
            : throw new ArgumentOutOfRangeException(nameof(FreezeAtStep), value, $"What is trained at all is trained for at least one step; else it is {nameof(IsFrozen)}.");
    }

    /// <summary>
    /// The experts that stay as they are while the others of their layer train: of each parameter the first extent, or of repeated layers the second, is
    /// that of experts. To freeze what a router knows of them too, its matrix is in the group. Source: Chen et al., Lifelong Language Pretraining with
    /// Distribution-Specialized Experts, ICML 2023, which freezes the experts that were there before new ones were added.
    /// </summary>
    /// <remarks>Neither their weights nor what the optimizer remembers of them change by a bit, and their gradients count to no norm.</remarks>
    public IReadOnlyList<int> FrozenExperts { get; init; } = [];

    /// <summary>The parameters whose path is one of the names; <c>*</c> in a name stands for any text: <c>*.Bias</c>.</summary>
    public static ParameterGroup Named(params string[] names)
        => new(
            parameter => names.Any(name => FileSystemName.MatchesSimpleExpression(name, parameter.Path, ignoreCase: false)),
            string.Join(" ", names));

    /// <summary>The parameters whose path is none of the names; see <see cref="Named"/>.</summary>
    public static ParameterGroup AllBut(params string[] names)
    {
        ParameterGroup named = Named(names);
        return new(parameter => !named.Contains(parameter), "all but " + named.Description);
    }

    public override string ToString()
    {
        string decay = WeightDecay is { } own ? FormattableString.Invariant($", WeightDecay {own}") : "";
        string end = IsFrozen ? ", frozen" : FreezeAtStep is { } step ? FormattableString.Invariant($", frozen from step {step} on") : "";
        string experts = FrozenExperts.Count == 0 ? "" : $", experts {string.Join(' ', FrozenExperts.Distinct().Order())} frozen";
        return FormattableString.Invariant($"{Description}: LearningRateFactor {LearningRateFactor}{decay}{end}{experts}");
    }
}
