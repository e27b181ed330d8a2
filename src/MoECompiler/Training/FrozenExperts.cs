namespace MoECompiler.Training;

/// <summary>Which elements of a parameter with a slice an expert are trained where some experts stay as they are.</summary>
internal static class FrozenExperts
{
    /// <summary>The elements that are trained, in order.</summary>
    /// <param name="parameter">Of repeated layers each has its experts.</param>
    /// <param name="frozen">Their numbers.</param>
    /// <exception cref="ArgumentException">There is no such expert, no other one, or the parameter has no slices.</exception>
    public static ElementRange[] Beside(Parameter parameter, IReadOnlyList<int> frozen)
    {
        int axis = parameter.Layers > 0 ? 1 : 0;
        if (parameter.Extents.Rank <= axis)
            throw new ArgumentException($"{parameter.Path} has no slice an expert, and its group freezes experts.");
        int experts = parameter.Extents[axis];
        foreach (int expert in frozen)
        {
            if (expert < 0 || expert >= experts)
                throw new ArgumentException($"There is no expert {expert} of {parameter.Path}, which its group freezes: {parameter} has {experts}, from 0.");
        }
        int[] trained = [.. Enumerable.Range(0, experts).Except(frozen)];
        if (trained.Length == 0)
            throw new ArgumentException($"All experts of {parameter.Path} are frozen: its group is to be {nameof(ParameterGroup.IsFrozen)}.");
        long slice = parameter.Count / experts / Math.Max(parameter.Layers, 1);
        List<ElementRange> ranges = [];
        for (int layer = 0; layer < Math.Max(parameter.Layers, 1); layer++)
        {
            foreach (int expert in trained)
            {
                long first = ((long)layer * experts + expert) * slice;
                if (ranges is [.., var last] && last.End == first)
                    ranges[^1] = last with { Count = last.Count + slice };
                else
                    ranges.Add(new ElementRange(first, slice));
            }
        }
        return [.. ranges];
    }
}
