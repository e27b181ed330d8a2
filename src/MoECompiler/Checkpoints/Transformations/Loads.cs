namespace MoECompiler.Checkpoints;

/// <summary>How many rows chose each expert of a layer, as transformations take it.</summary>
internal static class Loads
{
    /// <exception cref="ArgumentException">There is not one number, finite and not negative, for each expert.</exception>
    public static void Check(int experts, IReadOnlyList<double> load)
    {
        if (load.Count != experts)
            throw new ArgumentException($"A load of {load.Count} numbers is none of {experts} experts.", nameof(load));
        if (load.Any(static one => !(one >= 0 && double.IsFinite(one))))
            throw new ArgumentException("A load is finite and not negative.", nameof(load));
    }

    /// <summary>The experts from the most used to the least; of equal ones that with the lower number first.</summary>
    public static int[] Descending(IReadOnlyList<double> load) => [.. Enumerable.Range(0, load.Count).OrderByDescending(e => load[e])];
}
