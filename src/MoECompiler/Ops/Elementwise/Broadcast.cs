namespace MoECompiler.Ops;

/// <summary>The shape rule of element by element: extents are matched from the innermost; 1 or nothing fits any.</summary>
public static class Broadcast
{
    /// <exception cref="ShapeError">Two extents differ and neither is 1.</exception>
    public static EquatableArray<Size> Of(IEnumerable<EquatableArray<Size>> shapes)
    {
        List<EquatableArray<Size>> all = [.. shapes];
        int rank = all.Count == 0 ? 0 : all.Max(static s => s.Count);
        Size[] result = new Size[rank];
        for (int axis = 1; axis <= rank; axis++)
        {
            Size extent = Size.One;
            foreach (EquatableArray<Size> shape in all)
            {
                if (shape.Count < axis || shape[shape.Count - axis] == Size.One || shape[shape.Count - axis] == extent)
                    continue;
                if (extent != Size.One)
                    throw new ShapeError($"f32[{string.Join(", ", all[0])}] and f32[{string.Join(", ", shape)}] do not fit together: {extent} is not {shape[shape.Count - axis]}");
                extent = shape[shape.Count - axis];
            }
            result[rank - axis] = extent;
        }
        return result.ToEquatable();
    }
}
