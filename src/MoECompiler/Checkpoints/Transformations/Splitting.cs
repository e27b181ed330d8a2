namespace MoECompiler.Checkpoints;

/// <summary>
/// Fine-grained experts from one network: each has a part of its neurons, and all of them together put out what it does. Some neurons may stay
/// in a shared expert that every row passes. Sources: Zhang et al., MoEfication, ACL Findings 2022; Zhu et al., LLaMA-MoE, 2024; shared experts as
/// in Dai et al., DeepSeekMoE, 2024.
/// </summary>
/// <param name="Experts">How many routed experts; they divide the neurons that are not shared.</param>
/// <param name="SharedNeurons">How many neurons are shared.</param>
public sealed record Splitting(int Experts, int SharedNeurons = 0)
{
    /// <summary>The routed experts and the shared one; null where no neuron is shared.</summary>
    /// <param name="dense">The network. The bias of its sum goes to the shared expert, else each expert gets a part of it.</param>
    /// <param name="order">Its neurons, the shared ones first, then those of each expert; null for the order that they have.</param>
    /// <exception cref="ShapeException">The neurons cannot be divided so, or the order does not name each of them once.</exception>
    public (IReadOnlyList<FeedForward> Experts, FeedForward? Shared) From(FeedForward dense, IReadOnlyList<int>? order = null)
    {
        int routed = dense.Inner - SharedNeurons;
        if (Experts < 1 || routed < Experts || routed % Experts != 0)
            throw new ShapeException($"{dense.Inner} neurons, {SharedNeurons} of them shared, cannot be divided among {Experts} experts.");
        int[] neurons = [.. order ?? [.. Enumerable.Range(0, dense.Inner)]];
        if (!neurons.Order().SequenceEqual(Enumerable.Range(0, dense.Inner)))
            throw new ShapeException($"An order of {dense.Inner} neurons names each of them once.");
        int each = routed / Experts;
        double bias = SharedNeurons > 0 ? 0 : 1.0 / Experts;
        return (
            [.. Enumerable.Range(0, Experts).Select(e => dense.Neurons(neurons.AsSpan(SharedNeurons + e * each, each), bias))],
            SharedNeurons > 0 ? dense.Neurons(neurons.AsSpan(0, SharedNeurons)) : null);
    }
}
