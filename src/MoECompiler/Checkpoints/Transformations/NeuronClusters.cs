namespace MoECompiler.Checkpoints;

/// <summary>
/// The neurons of a trained network in as many groups of one size, each of neurons that look for the same: experts of which a row needs few. What all
/// groups put out together is what the network does.
/// </summary>
/// <param name="Members">The neurons of each group, ascending.</param>
/// <param name="Centers">[Groups, Width], the mean direction of each group's neurons: a router that chooses by x Cᵀ.</param>
/// <remarks>Source: Zhang et al., MoEfication: Transformer Feed-forward Layers are Mixtures of Experts, ACL Findings 2022.</remarks>
public sealed record NeuronClusters(IReadOnlyList<IReadOnlyList<int>> Members, Weight Centers)
{
    /// <summary>The neurons of the first group, then those of the second and so on: an order for <see cref="Splitting.From"/>.</summary>
    public IReadOnlyList<int> Order => [.. Members.SelectMany(static members => members)];

    /// <summary>
    /// The groups as experts and their centers as the router, for a layer with <see cref="RoutedExpertsAttribute.UnitWeights"/>: with as many experts a
    /// row as there are it is the network.
    /// </summary>
    /// <param name="dense">The network whose neurons they are. Each expert gets a part of the bias of its sum.</param>
    public RoutedWeights Split(FeedForward dense) => new(new Splitting(Members.Count).From(dense, Order).Experts, Centers);
}
