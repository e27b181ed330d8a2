namespace MoECompiler.Adapters;

/// <summary>
/// How an adapter makes the two factors of a weight's change, W + Scale * B A. That is all that tells one kind from another: where the
/// factors enter the graph is the same for all, <see cref="Passes.AttachAdapters"/>.
/// </summary>
/// <param name="Rank">The rows of A and the columns of B.</param>
/// <param name="Scale">What the product of the factors is multiplied by.</param>
public abstract record AdapterKind(int Rank, float Scale)
{
    /// <summary>The attribute's name: <c>Lora</c>.</summary>
    public abstract string Name { get; }

    /// <summary>Whether PEFT has adapters of this kind.</summary>
    public virtual bool IsInPeft => false;

    /// <summary>The class that holds a site's parameters at run time.</summary>
    public abstract string FactorsType { get; }

    /// <summary>What a file of such an adapter says beside rank and scale: it does not fit a declaration that says something else.</summary>
    public virtual IEnumerable<(string Key, string Value)> Description => [];

    /// <summary>What its constructor takes after the weight and before the parameters, as C#.</summary>
    public virtual IEnumerable<string> FactorsArguments(AdapterSite site) => [];

    /// <summary>Adds the factors of all sites, once a step: parameters, or what is computed of parameters.</summary>
    /// <returns>Of each site A f32[Groups..., Rank, In] and B f32[Groups..., Out, Rank], such that B A is 0 or near it in a new adapter.</returns>
    public abstract IReadOnlyList<(Value A, Value B)> Factors(GraphBuilder graph, EquatableArray<AdapterSite> sites);
}

/// <summary>A weight that an adapter changes.</summary>
/// <param name="Name">The site's name among the adapter's members: <c>Stem</c>, <c>FirstUp</c>, <c>LayersAttentionQuery</c>.</param>
/// <param name="Weight">The weight.</param>
/// <param name="Groups">The extents before the matrix: layers, experts.</param>
/// <param name="In">What a row of the matrix is multiplied with.</param>
/// <param name="Out">The rows of the matrix.</param>
public sealed record AdapterSite(string Name, GraphParameter Weight, EquatableArray<Size> Groups, Size In, Size Out)
{
    /// <summary>Declares a parameter of the site.</summary>
    /// <param name="graph">The graph that gets it.</param>
    /// <param name="name">The property of the site that holds it at run time: <c>A</c>.</param>
    /// <param name="tensor">The end of its name in a file: <c>lora_A.weight</c>.</param>
    /// <param name="initializer">How a new adapter fills it.</param>
    /// <param name="shape">Its extents after <see cref="Groups"/>.</param>
    public Value Parameter(GraphBuilder graph, string name, string tensor, Initializer initializer, params Size[] shape) => graph.Parameter(new GraphParameter(
        new Value($"{Name}.{name}", TensorType.F32([.. Groups, .. shape])), initializer, $"{Module}.{tensor}", IsFrozen: false, Weight.Layers));

    /// <summary>The weight's name in a checkpoint, of <c>stem.weight</c> only <c>stem</c>.</summary>
    private string Module
    {
        get
        {
            string name = Weight.CheckpointName;
            return name.EndsWith(".weight", StringComparison.Ordinal) ? name.Substring(0, name.Length - ".weight".Length) : name;
        }
    }
}
