namespace MoECompiler.Training;

/// <summary>
/// Trains a few of a model's layers at a time, drawn anew in each round, and always what is in none of them, such as an embedding and a head: a training of
/// all layers in the memory of a few.
/// </summary>
/// <remarks>
/// All layers are drawn alike. A layer is what its group names; those of <see cref="LayersAttribute">[Layers]</see> are stacked in one parameter, and so one layer: what is
/// to be drawn apart is declared apart. Source: Pan et al., LISA: Layerwise Importance Sampling for Memory-Efficient Large Language Model Fine-Tuning, NeurIPS 2024.
/// </remarks>
public sealed record SampledLayers : TrainingRounds
{
    /// <summary>The site of <see cref="Philox"/> for draws.</summary>
    private const int Site = -8;

    /// <summary>The layers: <c>ParameterGroup.Named("First.*")</c>.</summary>
    public required IReadOnlyList<ParameterGroup> Layers { get; init; }

    /// <summary>How many of them a round trains.</summary>
    public required int Active
    {
        get;
        init => field = value > 0 ? value : throw new ArgumentOutOfRangeException(nameof(Active), value, "A round trains at least one layer.");
    }

    internal override string Description => $"{Active} of {Layers.Count} layers, {string.Join(", ", Layers.Select(static layer => layer.Description))}, by seed {Seed}, {RoundSteps} steps a round";

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A layer has none of them, or there are fewer layers than a round trains.</exception>
    public override IReadOnlyList<Parameter> Choose(IEnumerable<Parameter> parameters, long round)
    {
        Parameter[] all = [.. parameters];
        if (Active > Layers.Count)
            throw new ArgumentException($"A round of {Active} layers is not drawn from {Layers.Count}.");
        foreach (ParameterGroup layer in Layers)
        {
            if (!Array.Exists(all, parameter => layer.Contains(parameter)))
                throw new ArgumentException($"The layer '{layer.Description}' contains nothing that is trained.");
        }
        int draws = 0;
        HashSet<ParameterGroup> drawn = [.. Shuffle(Layers, new RandomState(Seed, round), Site, ref draws).Take(Active)];
        return [.. all.Where(parameter => Layers.FirstOrDefault(layer => layer.Contains(parameter)) is not { } own || drawn.Contains(own))];
    }
}
