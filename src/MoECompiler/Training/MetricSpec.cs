namespace MoECompiler.Training;

/// <summary>What a model measures of each batch.</summary>
/// <param name="Name"><c>loss</c>, an auxiliary loss, or the load of a routed layer's experts, such as <c>First.load</c>.</param>
/// <param name="Count">How many numbers: 1, or the experts.</param>
/// <param name="IsLoad">Whether the numbers count rows, and so add up over batches; others are means over the batch's rows.</param>
public sealed record MetricSpec(string Name, int Count = 1, bool IsLoad = false);
