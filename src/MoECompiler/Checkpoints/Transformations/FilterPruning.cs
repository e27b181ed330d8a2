namespace MoECompiler.Checkpoints;

/// <summary>
/// Convolutions with fewer filters, for a model that is declared with the smaller extent: whole filters go, with their biases and with the weights of whatever reads
/// their channels, and the kernels are as much smaller.
/// </summary>
/// <param name="Kept">How many filters stay.</param>
public sealed record FilterPruning(int Kept)
{
    /// <summary>
    /// The filters that stay, in order: those whose weights have the greatest sum of magnitudes. Source: Li et al., Pruning Filters for Efficient ConvNets, ICLR 2017.
    /// </summary>
    /// <param name="convolution">[Out, In, Kernel, Kernel].</param>
    /// <exception cref="ArgumentException">There are not as many.</exception>
    public int[] ByMagnitude(Weight convolution)
    {
        int filters = convolution.Extents[0];
        if (Kept < 1 || Kept > filters)
            throw new ArgumentException($"{Kept} of {filters} filters cannot stay.");
        double[] sums = new double[filters];
        int count = convolution.Elements.Length / filters;
        for (int i = 0; i < convolution.Elements.Length; i++)
            sums[i / count] += Math.Abs(convolution.Elements[i]);
        return [.. Loads.Descending(sums).Take(Kept).Order()];
    }

    /// <summary>Leaves the filters of one convolution that <see cref="ByMagnitude"/> keeps.</summary>
    /// <param name="weights">Changed.</param>
    /// <param name="convolution">The module's name in files: it has a <c>.weight</c>, and perhaps a <c>.bias</c>.</param>
    /// <param name="readers">The modules that read its channels: convolutions, and linear layers of channels-last rows, of one place or of many.</param>
    /// <returns>The filters that stayed.</returns>
    /// <exception cref="CheckpointException">A tensor is not there.</exception>
    /// <exception cref="ShapeException">A reader does not read those channels; nothing was changed.</exception>
    public int[] Apply(WeightSet weights, string convolution, params IReadOnlyList<string> readers)
    {
        Weight weight = weights[$"{convolution}.weight"];
        int filters = weight.Extents[0];
        int[] kept = ByMagnitude(weight);
        Weight[] read = [.. readers.Select(reader => weights[$"{reader}.weight"])];
        foreach ((string reader, Weight one) in readers.Zip(read))
        {
            if (one.Extents.Rank < 2 || one.Extents[1] % filters != 0)
                throw new ShapeException($"{reader}.weight, {one}, does not read the {filters} channels of {convolution}.");
        }
        weights[$"{convolution}.weight"] = weight.Take(0, kept);
        if (weights.TryGet($"{convolution}.bias", out Weight? bias))
            weights[$"{convolution}.bias"] = bias.Take(0, kept);
        foreach ((string reader, Weight one) in readers.Zip(read))
        {
            int[] columns = [.. Enumerable.Range(0, one.Extents[1] / filters).SelectMany(place => kept.Select(filter => place * filters + filter))];
            weights[$"{reader}.weight"] = one.Take(1, columns);
        }
        return kept;
    }
}
