namespace MoECompiler.Checkpoints;

/// <summary>The experts of a layer with the router that chooses among them: a row of it for each expert, or none.</summary>
/// <param name="Experts">Of one shape.</param>
/// <param name="Router">[Experts, Width]; null where the layer has none.</param>
public sealed record RoutedWeights(IReadOnlyList<FeedForward> Experts, Weight? Router)
{
    /// <summary>A layer of a checkpoint.</summary>
    /// <param name="weights">The checkpoint.</param>
    /// <param name="layer">The name of a <c>[RoutedExperts]</c> member.</param>
    /// <exception cref="CheckpointException">There is no such layer, or its router has another number of rows.</exception>
    public static RoutedWeights Of(WeightSet weights, string layer)
    {
        IReadOnlyList<FeedForward> experts = weights.Experts(layer);
        if (!weights.TryGet($"{layer}.router.weight", out Weight? router))
            return new RoutedWeights(experts, null);
        return router.Extents.Rank == 2 && router.Extents[0] == experts.Count
            ? new RoutedWeights(experts, router)
            : throw CheckpointException.ForTensor(weights.Source, $"{layer}.router.weight", $"expected a row for each of {experts.Count} experts, found {router}.");
    }

    /// <summary>Puts the layer back.</summary>
    public void CopyTo(WeightSet weights, string layer)
    {
        weights.SetExperts(layer, Experts);
        if (Router is not null)
            weights[$"{layer}.router.weight"] = Router;
    }

    /// <summary>Some of the experts, in the order in which they are named.</summary>
    public RoutedWeights Select(IReadOnlyList<int> experts) => new([.. experts.Select(e => Experts[e])], Router?.Take(0, [.. experts]));

    /// <summary>
    /// The most used experts, in the order that they have. Source: Chen et al., Task-Specific Expert Pruning for Sparse Mixture-of-Experts, 2022.
    /// </summary>
    /// <param name="count">How many stay.</param>
    /// <param name="load">How many rows chose each.</param>
    /// <exception cref="ArgumentException">There are not as many numbers, or more experts are to stay than there are.</exception>
    public RoutedWeights KeepMostUsed(int count, IReadOnlyList<double> load)
    {
        Loads.Check(Experts.Count, load);
        return count >= 1 && count <= Experts.Count
            ? Select([.. Loads.Descending(load).Take(count).Order()])
            : throw new ArgumentException($"{count} of {Experts.Count} experts cannot stay.", nameof(count));
    }

    /// <summary>
    /// Experts are added for data of a new kind: copies of the most used ones, made different, each with the row of the router that it is a copy
    /// with noise of. Those that there are stay what they are. Source: Chen et al., Lifelong Language Pretraining with Distribution-Specialized Experts, ICML 2023.
    /// </summary>
    /// <param name="count">How many.</param>
    /// <param name="diversification">How a copy differs.</param>
    /// <param name="load">How many rows chose each of those that there are.</param>
    /// <param name="seed">What is drawn from.</param>
    /// <exception cref="ArgumentException">There are not as many numbers as experts.</exception>
    public RoutedWeights Add(int count, Diversification diversification, IReadOnlyList<double> load, ulong seed = 0)
    {
        Loads.Check(Experts.Count, load);
        int[] order = Loads.Descending(load);
        int[] copied = [.. Enumerable.Range(0, count).Select(i => order[i % order.Length])];
        IEnumerable<FeedForward> added = copied.Select((from, i) => diversification.Apply(Experts[from], new ExpertDraw(seed, 0, Experts.Count + i)));
        return new RoutedWeights([.. Experts, .. added], Router is null ? null : Extended(Router, copied, seed));
    }

    /// <summary>
    /// The two most used experts, by their load, become one more in the place of the least used: what they know is where the rows of the least used
    /// one go too. Source: the continual-learning methods in Mu and Lin, A Comprehensive Survey of Mixture-of-Experts, 2025, section III-A.
    /// </summary>
    /// <param name="load">How many rows chose each.</param>
    /// <exception cref="ArgumentException">There are not as many numbers as experts, or fewer than three experts.</exception>
    public RoutedWeights MergeMostUsed(IReadOnlyList<double> load)
    {
        Loads.Check(Experts.Count, load);
        if (Experts.Count < 3)
            throw new ArgumentException($"Two of {Experts.Count} experts cannot be merged into a third.", nameof(load));
        int[] order = Loads.Descending(load);
        (int first, int second, int least) = (order[0], order[1], order[^1]);
        double sum = load[first] + load[second];
        double share = sum > 0 ? load[first] / sum : 0.5;
        FeedForward merged = FeedForward.Combine([Experts[first], Experts[second]], [share, 1 - share]);
        if (Router is null)
            return this with { Experts = [.. Experts.Select((expert, e) => e == least ? merged : expert)] };
        Weight row = Weight.Combine([Router.At(first), Router.At(second)], [share, 1 - share]);
        return new RoutedWeights(
            [.. Experts.Select((expert, e) => e == least ? merged : expert)],
            Weight.Stack([.. Enumerable.Range(0, Experts.Count).Select(e => e == least ? row : Router.At(e))]));
    }

    private static Weight Extended(Weight router, int[] copied, ulong seed)
    {
        IEnumerable<Weight> rows = copied.Select((from, i) =>
        {
            float[] noise = new ExpertDraw(seed, 0, router.Extents[0] + i).Normal(1 << 20, router.Extents[1]);
            return router.At(from).Map((x, column) => x + Upcycling.RouterDeviation * noise[column]);
        });
        return Weight.Stack([.. Enumerable.Range(0, router.Extents[0]).Select(router.At), .. rows]);
    }
}
