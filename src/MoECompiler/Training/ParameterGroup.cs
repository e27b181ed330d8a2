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

    /// <summary>The optimizer leaves the parameters as they are and keeps no state for them.</summary>
    public bool IsFrozen { get; init; }

    /// <summary>
    /// From this step on the optimizer leaves the parameters as they are; null for never. A router that goes on learning while tasks come one after
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
        return FormattableString.Invariant($"{Description}: LearningRateFactor {LearningRateFactor}{decay}{end}");
    }
}
