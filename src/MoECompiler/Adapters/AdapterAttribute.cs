namespace MoECompiler;

/// <summary>
/// Declares a class as an adapter of a model: a small trained change of some of the model's weights, which stays outside of the model. The
/// class must be <c>sealed partial</c>. What kind of change it is the derived attribute says.
/// </summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public abstract class AdapterAttribute : Attribute
{
    /// <summary>
    /// Which weights change: names of members, or paths of them such as <c>"First.Up"</c>; a name stands for all weights below it. Null for
    /// the weights of all products but those of routers and gates.
    /// </summary>
    public string[]? Targets { get; set; }

    /// <summary>Whether a class <c>XBank</c> is made too, which runs the rows of one batch under different adapters.</summary>
    public bool Bank { get; set; }
}
