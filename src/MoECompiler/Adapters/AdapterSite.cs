namespace MoECompiler.Adapters;

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
    /// <param name="isFrozen">It is saved, and not trained.</param>
    public Value Parameter(GraphBuilder graph, string name, string tensor, Initializer initializer, Size[] shape, bool isFrozen = false) => graph.Parameter(new GraphParameter(
        new Value($"{Name}.{name}", TensorType.F32([.. Groups, .. shape])), initializer, $"{Module}.{tensor}", isFrozen, Weight.Layers));

    /// <summary>The weight as f32[Groups..., Out, In], of a convolution too.</summary>
    public Value Matrices(GraphBuilder graph) =>
        graph.Reshape(graph.Convert(Weight.Value, DType.F32), [.. Groups, Out, In], $"{Name}Weight");

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
