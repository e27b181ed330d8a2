namespace MoECompiler.Training;

/// <summary>What a model measures of each batch.</summary>
/// <param name="Name"><c>loss</c>, an auxiliary loss, or the load of a routed layer's experts, such as <c>First.load</c>.</param>
/// <param name="Count">How many numbers: 1, or the experts; in repeated layers as many for each of them, layer after layer.</param>
/// <param name="IsLoad">Whether the numbers count rows, and so add up over batches; others are means over the batch's rows.</param>
/// <param name="Layers">Of what is measured in repeated layers how many there are; 0 for what is measured once.</param>
/// <param name="Coefficient">How often the loss has it, in each layer; 0 for what is reported only.</param>
public sealed record MetricSpec(string Name, int Count = 1, bool IsLoad = false, int Layers = 0, float Coefficient = 0)
{
    /// <summary>What it is in a layer: <c>Blocks.Stacked.Mlp.load</c> is <c>Blocks[2].Mlp.load</c> in layer 2.</summary>
    public string NameIn(int layer) => Name.Replace(".Stacked.", $"[{layer}].", StringComparison.Ordinal);
}
