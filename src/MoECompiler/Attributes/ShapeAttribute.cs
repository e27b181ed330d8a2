namespace MoECompiler;

/// <summary>
/// Says what shape an input has, where its first use does not tell: <c>[Shape("B", "T", Width)]</c>. A string is a free extent, which each
/// call may choose; equal names are equal extents. A constant is fixed, and keeps its name if it is a size.
/// </summary>
/// <param name="extents">Outermost first; none for a scalar.</param>
[AttributeUsage(AttributeTargets.Parameter, Inherited = false)]
public sealed class ShapeAttribute(params object[] extents) : Attribute
{
    /// <summary>The extents, outermost first: strings and ints.</summary>
    public IReadOnlyList<object> Extents { get; } = extents;

    /// <summary>The elements are 32-bit integers, such as token ids and labels, instead of floats.</summary>
    public bool Integer { get; set; }
}
