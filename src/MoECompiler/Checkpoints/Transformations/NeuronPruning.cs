namespace MoECompiler.Checkpoints;

/// <summary>
/// Networks with fewer neurons, whose kernels are as much smaller: whole rows and columns of the matrices go, and the checkpoint is one of a model
/// that is declared with the smaller extent.
/// </summary>
/// <param name="Kept">How many neurons stay.</param>
public sealed record NeuronPruning(int Kept)
{
    /// <summary>
    /// Those with the greatest |up_n| |down_n| (times |gate_n| for SwiGLU) stay, lengths of the neuron's row and column. Source: Li et al., Pruning Filters for
    /// Efficient ConvNets, ICLR 2017, for two matrices.
    /// </summary>
    public FeedForward ByMagnitude(FeedForward network)
    {
        double[] scores = new double[network.Inner];
        Array.Fill(scores, 1);
        foreach ((string part, Weight weight) in network.Parts)
        {
            if (weight.Extents.Rank != 2 || FeedForward.InnerAxis(part) is not { } axis)
                continue;
            for (int neuron = 0; neuron < scores.Length; neuron++)
                scores[neuron] *= Length(weight.Take(axis, [neuron]));
        }
        return Keep(network, scores);
    }

    /// <summary>Those with the greatest numbers stay, such as the mean magnitude of what each puts out on some data.</summary>
    /// <param name="network">What is pruned.</param>
    /// <param name="activations">A number for each neuron.</param>
    /// <exception cref="ArgumentException">There are not as many numbers.</exception>
    public FeedForward ByActivation(FeedForward network, IReadOnlyList<double> activations) => activations.Count == network.Inner
        ? Keep(network, activations)
        : throw new ArgumentException($"{activations.Count} numbers are none of {network.Inner} neurons.", nameof(activations));

    /// <summary>The share of the weights of a network that is gone.</summary>
    public static double Sparsity(FeedForward before, FeedForward after) => 1 - (double)Count(after) / Count(before);

    private FeedForward Keep(FeedForward network, IReadOnlyList<double> scores)
    {
        if (Kept < 1 || Kept > network.Inner)
            throw new ArgumentException($"{Kept} of {network.Inner} neurons cannot stay.");
        return network.Neurons([.. Loads.Descending(scores).Take(Kept).Order()]);
    }

    private static long Count(FeedForward network) => network.Parts.Values.Sum(static weight => weight.Extents.Count);

    private static double Length(Weight weight)
    {
        double sum = 0;
        foreach (float x in weight.Elements)
            sum += (double)x * x;
        return Math.Sqrt(sum);
    }
}
