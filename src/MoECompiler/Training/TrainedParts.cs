namespace MoECompiler.Training;

/// <summary>
/// What a step changes of parameters that it does not change as a whole: an optimizer neither reads nor writes the rest, nor what it remembers of it.
/// </summary>
/// <param name="changed">The elements of each such parameter, in order; none of one that stays as it is.</param>
internal sealed class TrainedParts(IReadOnlyDictionary<Parameter, IReadOnlyList<ElementRange>> changed)
{
    /// <summary>The part of a parameter that is changed; null for nothing.</summary>
    public TrainedParameter? Of(TrainedParameter item) =>
        !changed.TryGetValue(item.Parameter, out IReadOnlyList<ElementRange>? parts) ? item : item.Within(parts);

    /// <summary>Whether anything of it is changed.</summary>
    public bool Trains(Parameter parameter) => !changed.TryGetValue(parameter, out IReadOnlyList<ElementRange>? parts) || parts.Count > 0;

    /// <summary>The first expert of each layer, of a parameter whose first extent is that of experts, or of repeated layers the second.</summary>
    public static IReadOnlyList<ElementRange> FirstExperts(Parameter experts)
    {
        int layers = Math.Max(experts.Layers, 1);
        long layer = experts.Count / layers, expert = layer / experts.Extents[experts.Layers > 0 ? 1 : 0];
        return [.. Enumerable.Range(0, layers).Select(number => new ElementRange(number * layer, expert))];
    }
}
