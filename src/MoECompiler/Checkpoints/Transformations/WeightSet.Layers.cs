namespace MoECompiler.Checkpoints;

/// <summary>Feed-forward networks and mixtures of them, by the names that declared modules give their tensors.</summary>
public sealed partial class WeightSet
{
    /// <summary>What the names of a layer's experts have after the layer's.</summary>
    internal const string ExpertsPart = ".experts.";

    /// <summary>The names of the layers that have experts.</summary>
    internal IEnumerable<string> LayersOfExperts => Names
        .Where(static name => name.Contains(ExpertsPart, StringComparison.Ordinal))
        .Select(static name => name[..name.LastIndexOf(ExpertsPart, StringComparison.Ordinal)])
        .Distinct();

    /// <summary>A network of two or three matrices, each with its bias where there is one: those of <c>[Linear]</c> members.</summary>
    /// <param name="up">The name of the module from width to inner, such as <c>layers.0.up</c>.</param>
    /// <param name="down">The name of the one back.</param>
    /// <param name="gate">The name of the gate of SwiGlu; null for none.</param>
    /// <exception cref="CheckpointException">A matrix is missing or does not fit the others.</exception>
    public FeedForward Network(string up, string down, string? gate = null)
    {
        Dictionary<string, Weight> parts = new(StringComparer.Ordinal);
        foreach ((string part, string name) in Modules(up, down, gate))
        {
            parts[$"{part}.weight"] = this[$"{name}.weight"];
            if (TryGet($"{name}.bias", out Weight? bias))
                parts[$"{part}.bias"] = bias;
        }
        try
        {
            return new FeedForward(parts);
        }
        catch (ShapeException error)
        {
            throw new CheckpointException(Source, $"{up} and {down} are no network: {error.Message}", error);
        }
    }

    /// <summary>Puts a network under the names of its modules.</summary>
    /// <inheritdoc cref="Network"/>
    public void SetNetwork(FeedForward network, string up, string down, string? gate = null)
    {
        foreach ((string part, string name) in Modules(up, down, gate))
        {
            foreach (string kind in (string[])["weight", "bias"])
            {
                if (network.Parts.TryGetValue($"{part}.{kind}", out Weight? weight))
                    this[$"{name}.{kind}"] = weight;
            }
        }
    }

    /// <summary>Takes the tensors of some modules out, as something else comes in their place.</summary>
    public void RemoveModules(params IEnumerable<string> modules)
    {
        foreach (string module in modules)
        {
            Remove($"{module}.weight");
            Remove($"{module}.bias");
        }
    }

    /// <summary>The experts of a layer.</summary>
    /// <param name="layer">The name of a <c>[RoutedExperts]</c> member, such as <c>layers.0.ffn</c>.</param>
    /// <exception cref="CheckpointException">It has none, or tensors of different numbers of them.</exception>
    public IReadOnlyList<FeedForward> Experts(string layer)
    {
        string prefix = layer + ExpertsPart;
        string[] names = [.. Names.Where(name => name.StartsWith(prefix, StringComparison.Ordinal))];
        if (names.Length == 0)
            throw CheckpointException.ForTensor(Source, prefix + "*", "expected the experts of a layer, and not there.");
        int count = this[names[0]].Extents[0];
        foreach (string name in names)
        {
            if (this[name].Extents[0] != count)
                throw CheckpointException.ForTensor(Source, name, $"expected {count} experts, found {this[name].Extents[0]}.");
        }
        return [.. Enumerable.Range(0, count).Select(e => new FeedForward(names.ToDictionary(name => name[prefix.Length..], name => this[name].At(e))))];
    }

    /// <summary>Makes networks the experts of a layer.</summary>
    /// <exception cref="ShapeException">They have several shapes.</exception>
    /// <inheritdoc cref="Experts"/>
    public void SetExperts(string layer, IReadOnlyList<FeedForward> experts)
    {
        foreach (string part in experts[0].Parts.Keys)
            this[$"{layer}{ExpertsPart}{part}"] = Weight.Stack([.. experts.Select(expert => expert.Parts[part])]);
    }

    private static IEnumerable<(string Part, string Name)> Modules(string up, string down, string? gate) =>
        gate is null ? [("up", up), ("down", down)] : [("gate", gate), ("up", up), ("down", down)];
}
