namespace MoECompiler;

/// <summary>
/// Names the member's weights in a checkpoint: the names of inner members and of weights are joined to it by dots. On <c>Layers</c> the
/// name holds <c>{layer}</c>, which stands for the layer's number. Without it a member is called by its property's name.
/// </summary>
/// <param name="name">Such as <c>"model.layers.{layer}"</c>.</param>
[AttributeUsage(AttributeTargets.Property, Inherited = false)]
public sealed class WeightsAttribute(string name) : Attribute
{
    /// <summary>The name, without a dot at its end.</summary>
    public string Name { get; } = name;
}
