namespace MoECompiler.Graphs;

/// <summary>A weight of the model, as the graph sees it.</summary>
/// <param name="Value">Its value in the graph; the name is the path of members, such as <c>First.Router.Weight</c>.</param>
/// <param name="Initializer">How a new model fills it.</param>
/// <param name="CheckpointName">Its tensor's name in a checkpoint; <c>{layer}</c> stands for the number of a repeated layer.</param>
/// <param name="IsFrozen">A frozen weight gets no gradient and no optimizer state.</param>
/// <param name="Layers">How many layers are stacked along the first extent; null outside repeated layers.</param>
/// <param name="IsMatrix">
/// Whether products multiply rows by it, or it is a table: what 16-bit storage is for, and what an adapter changes unasked. Routers, gates,
/// biases and norms are none.
/// </param>
/// <param name="IsOfBase">Whether the weight is of the model that the graph's adapter is attached to.</param>
public sealed record GraphParameter(Value Value, Initializer Initializer, string CheckpointName, bool IsFrozen, Size? Layers = null, bool IsMatrix = false, bool IsOfBase = false);

/// <summary>How a new weight is filled. The bound and the deviation are computed from the extents named here.</summary>
public abstract record Initializer
{
    /// <summary>All elements have one value.</summary>
    public sealed record Constant(float Value) : Initializer;

    /// <summary>U(-1/sqrt(FanIn), 1/sqrt(FanIn)), what PyTorch's nn.Linear and nn.Conv2d use.</summary>
    public sealed record Uniform(Size FanIn) : Initializer;

    /// <summary>U(Low, High).</summary>
    public sealed record Between(float Low, float High) : Initializer;

    /// <summary>N(0, Deviation squared).</summary>
    public sealed record Normal(float Deviation) : Initializer;
}
