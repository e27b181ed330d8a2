namespace MoECompiler.Training;

/// <summary>A tensor that a model takes or gives.</summary>
/// <param name="Name">The name of the parameter or the result in the declaration.</param>
/// <param name="Type">Of its elements.</param>
/// <param name="RowExtents">The extents of one row: those after the batch.</param>
public sealed record TensorSpec(string Name, ElementType Type, Extents RowExtents)
{
    public override string ToString()
        => $"{Name} {(Type == ElementType.Float32 ? "f32" : "i32")}[{string.Join(", ", (string[])["B", .. RowExtents.ToArray().Select(static extent => extent.ToString())])}]";
}
