namespace MoECompiler.Training;

/// <summary>A tensor that a model takes or gives.</summary>
/// <param name="Name">The name of the parameter or the result in the declaration.</param>
/// <param name="Type">Of its elements.</param>
/// <param name="RowExtents">The extents of one row: those after the batch; 0 where any extent will do.</param>
public sealed record TensorSpec(string Name, ElementType Type, Extents RowExtents)
{
    /// <summary>Such as <c>pixels f32[B, 784]</c>, with <c>*</c> for an extent that is free.</summary>
    public override string ToString()
    {
        IEnumerable<string> extents = RowExtents.ToArray().Select(static extent => extent == 0 ? "*" : $"{extent}");
        return $"{Name} {(Type == ElementType.Float32 ? "f32" : "i32")}[{string.Join(", ", ["B", .. extents])}]";
    }

    /// <summary>Does nothing if each wanted column is among the found; others may be there too.</summary>
    /// <exception cref="ShapeException">A column is missing, or has another type or shape.</exception>
    internal static void Check(IReadOnlyList<TensorSpec> wanted, IReadOnlyList<TensorSpec> found)
    {
        foreach (TensorSpec spec in wanted)
        {
            TensorSpec column = found.FirstOrDefault(column => column.Name == spec.Name)
                ?? throw new ShapeException($"The model takes {spec}, which the data lack; they have {string.Join(", ", found)}.");
            if (!spec.Accepts(column))
                throw new ShapeException($"The model takes {spec}, and the data have {column}.");
        }
    }

    private bool Accepts(TensorSpec column)
    {
        if (column.Type != Type || column.RowExtents.Rank != RowExtents.Rank)
            return false;
        for (int axis = 0; axis < RowExtents.Rank; axis++)
        {
            if (RowExtents[axis] != 0 && RowExtents[axis] != column.RowExtents[axis])
                return false;
        }
        return true;
    }
}
