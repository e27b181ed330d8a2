using MoECompiler.Plans;

namespace MoECompiler.Passes;

/// <summary>Values that need memory from one step to another, and never at other times.</summary>
/// <param name="Values">A value, or all those that a slot of a loop's layer holds one after another.</param>
/// <param name="From">The step that writes it.</param>
/// <param name="Until">The last step that reads it.</param>
internal sealed record Lifetime(EquatableArray<Value> Values, int From, int Until)
{
    public bool Overlaps(Lifetime other) => From <= other.Until && other.From <= Until;
}

/// <summary>
/// Shares slots among lifetimes that do not overlap: the largest first, each in the smallest slot that is free for its time. Every slot is
/// then as large as the first that was put in it, and small ones fill the gaps.
/// </summary>
/// <remarks>Source: Pisarchyk and Lee, Efficient Memory Management for Deep Neural Net Inference, 2020, "greedy by size" for shared objects.</remarks>
internal static class SlotAssignment
{
    /// <summary>The slots, in the order of their first use, and the slot of each lifetime.</summary>
    /// <param name="lifetimes">In the order of their first step.</param>
    /// <param name="nominal">Likely sizes: they decide which lifetimes share.</param>
    public static (EquatableArray<Slot> Slots, int[] Places) Run(IReadOnlyList<Lifetime> lifetimes, Func<string, long> nominal)
    {
        // Slots in order of falling size: the last one that is free is the tightest.
        List<List<int>> slots = [];
        long[] bytes = [.. lifetimes.Select(l => l.Values.Max(v => v.Type.Bytes.Evaluate(nominal)))];
        foreach (int lifetime in Enumerable.Range(0, lifetimes.Count).OrderByDescending(i => bytes[i]))
        {
            int tightest = slots.FindLastIndex(slot => !slot.Any(other => lifetimes[other].Overlaps(lifetimes[lifetime])));
            if (tightest >= 0)
                slots[tightest].Add(lifetime);
            else
                slots.Add([lifetime]);
        }

        int[] places = new int[lifetimes.Count];
        List<Slot> ordered = [];
        foreach (List<int> slot in slots.OrderBy(static slot => slot.Min()))
        {
            slot.Sort();
            foreach (int lifetime in slot)
                places[lifetime] = ordered.Count;
            ordered.Add(new Slot(ordered.Count, slot.SelectMany(i => lifetimes[i].Values).ToEquatable()));
        }
        return (ordered.ToEquatable(), places);
    }
}
