namespace MoECompiler.Agents;

/// <summary>An agent gave no answer; the inner exception says why.</summary>
/// <param name="agent">Its name.</param>
/// <param name="layer">Its layer, from 1 on; the aggregator's is the last.</param>
/// <param name="innerException">What went wrong.</param>
public sealed class AgentException(string agent, int layer, Exception innerException)
    : Exception($"`{agent}` of layer {layer} gave no answer: {innerException.Message}", innerException)
{
    /// <summary>The name of the agent.</summary>
    public string Agent { get; } = agent;

    /// <summary>The layer of the agent, from 1 on.</summary>
    public int Layer { get; } = layer;
}
