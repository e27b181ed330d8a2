namespace MoECompiler.Training;

/// <summary>A parameter that an optimizer changes.</summary>
/// <param name="Parameter">Of the model.</param>
/// <param name="LearningRateFactor">Of its group.</param>
/// <param name="WeightDecay">Of its group, or the optimizer's.</param>
internal sealed record TrainedParameter(Parameter Parameter, double LearningRateFactor, double WeightDecay)
{
    /// <summary>What the optimizer remembers, each of the parameter's extents.</summary>
    public List<(string Kind, View<float> Value)> State { get; } = [];
}
