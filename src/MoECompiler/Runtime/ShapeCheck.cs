namespace MoECompiler;

/// <summary>What generated methods check of the views that a caller hands in.</summary>
public static class ShapeCheck
{
    /// <summary>An extent that each call may choose.</summary>
    /// <exception cref="ShapeException">The view has not the rank of <paramref name="type"/>.</exception>
    public static int Extent<T>(View<T> view, int axis, string name, string type) where T : unmanaged
    {
        int rank = type.AsSpan().Count(',') + 1;
        if (view.Rank != rank)
            throw new ShapeException($"{name} is {view}; it should be {type}.");
        return view.Extents[axis];
    }

    /// <summary>Checks all extents.</summary>
    /// <exception cref="ShapeException">One differs; the message has the names and the numbers.</exception>
    public static void Require<T>(View<T> view, string name, string type, params ReadOnlySpan<int> extents) where T : unmanaged
    {
        bool same = view.Rank == extents.Length;
        for (int i = 0; same && i < extents.Length; i++)
            same = view.Extents[i] == extents[i];
        if (!same)
            throw new ShapeException($"{name} is {view}; it should be {type}, here [{string.Join(", ", extents.ToArray())}].");
    }

    /// <summary>Checks a size that is being bound.</summary>
    /// <exception cref="ShapeException">It is less than 1.</exception>
    public static int Positive(int value, string name) => value >= 1 ? value : throw new ShapeException($"The size {name} is {value}; it should be 1 or more.");

    /// <summary>Checks two sizes that are being bound.</summary>
    /// <exception cref="ShapeException">The first is greater than the second.</exception>
    public static void AtMost(int value, int bound, string name, string boundName)
    {
        if (value > bound)
            throw new ShapeException($"{name} = {value} is chosen of {boundName} = {bound}; it should be at most that.");
    }

    /// <summary>Checks a size against what a GPU's kernel was written for: a row in registers has as many as the default says.</summary>
    /// <exception cref="ShapeException">The size is greater than its default.</exception>
    public static void AtMostCompiled(int value, int bound, string name)
    {
        if (value > bound)
            throw new ShapeException($"{name} = {value}: the kernels for GPUs are written for at most {bound}, which is its default. Raise the default.");
    }
}
