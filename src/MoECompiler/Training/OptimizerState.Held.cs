namespace MoECompiler.Training;

/// <summary>Of numbers that a training step moves by itself, such as a selection bias: from when on it leaves them as they are.</summary>
public sealed partial class OptimizerState
{
    private readonly (Parameter State, long AtStep)[] _held;

    /// <summary>Those that a group freezes, at once or at a step.</summary>
    private (Parameter State, long AtStep)[] HeldStates() =>
    [
        .. _model.Parameters.Where(static state => state.IsFrozen)
            .Select(state => (state, FrozenFrom(_optimizer.Groups.FirstOrDefault(group => group.Contains(state)))))
            .Where(static held => held.Item2 != long.MaxValue),
    ];

    private static long FrozenFrom(ParameterGroup? group) => group is { IsFrozen: true } ? 0 : group?.FreezeAtStep ?? long.MaxValue;

    /// <summary>Says what the next step, after so many, is to leave; -1 for nothing.</summary>
    private void Hold(long steps)
    {
        foreach ((Parameter state, long atStep) in _held)
            state.IsHeld = steps >= atStep;
    }
}
