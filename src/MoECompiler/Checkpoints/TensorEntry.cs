namespace MoECompiler.Checkpoints;

/// <summary>Where a tensor lies in a file, and what it is.</summary>
/// <param name="Name">The tensor's name.</param>
/// <param name="Type">The type of its elements.</param>
/// <param name="Shape">Its extents, outermost first; none for a scalar.</param>
/// <param name="Offset">Its first byte, from the start of the file.</param>
/// <param name="Bytes">How many bytes it has.</param>
public sealed record TensorEntry(string Name, StoredType Type, EquatableArray<long> Shape, long Offset, long Bytes)
{
    /// <summary>The number of elements.</summary>
    public long Count => Shape.Aggregate(1L, static (count, extent) => count * extent);

    /// <summary>Such as <c>BF16 [64, 2048]</c>.</summary>
    internal string Description => $"{Type.Name()} {Describe(Shape)}";

    internal static string Describe(IEnumerable<long> shape) => $"[{string.Join(", ", shape)}]";

    public override string ToString() => $"{Name} {Description}";
}
