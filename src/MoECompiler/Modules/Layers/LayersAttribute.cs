namespace MoECompiler;

/// <summary>
/// Declares a module many times in a row, each with weights of its own: <c>[Layers(Depth)] public partial Layers&lt;DecoderLayer&gt; Layers</c>.
/// A Forward runs through them with <c>foreach</c>, which stays a loop in the compiled code.
/// </summary>
/// <param name="depth">How many.</param>
public sealed class LayersAttribute(int depth) : MemberAttribute
{
    public int Depth { get; } = depth;
}
