namespace MoECompiler.Training;

/// <summary>A number, or one number an expert, that a model tells of each batch.</summary>
/// <param name="Name"><c>loss</c>, an auxiliary loss, or the load of a routed layer's experts, such as <c>First.load</c>.</param>
/// <param name="Count">How many numbers: 1, or the experts.</param>
public sealed record MetricSpec(string Name, int Count = 1);
