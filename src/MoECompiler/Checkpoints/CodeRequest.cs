namespace MoECompiler.Checkpoints;

/// <summary>A tensor of U8 that is wanted from a checkpoint as it is.</summary>
/// <param name="Name">The tensor's name in the checkpoint.</param>
/// <param name="Shape">The extents that it must have there.</param>
/// <param name="Destination">Where its bytes go.</param>
internal readonly record struct CodeRequest(string Name, long[] Shape, View<byte> Destination)
{
    /// <summary>What is wrong with what was found; null for nothing.</summary>
    public string? Problem(TensorEntry? found)
    {
        string expected = $"U8 {TensorEntry.Describe(Shape)}";
        if (found is null)
            return $"missing, expected {expected}";
        return found.Type == StoredType.U8 && found.Shape.SequenceEqual(Shape) ? null : $"expected {expected}, found {found.Description}";
    }
}
