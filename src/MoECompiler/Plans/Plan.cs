namespace MoECompiler.Plans;

/// <summary>A graph with a place in memory for each of its values.</summary>
/// <param name="Graph">The steps, in the order in which they run.</param>
/// <param name="Slots">The parts of the arena.</param>
/// <param name="Places">Where each value lies, by name; inputs and parameters lie where the caller put them.</param>
/// <param name="Loops">The plan of each repeated layer, by the name of its node's first result.</param>
public sealed record Plan(Graph Graph, EquatableArray<Slot> Slots, IReadOnlyDictionary<string, Place> Places, IReadOnlyDictionary<string, LoopPlan> Loops)
{
    /// <summary>The bytes of the arena under a binding of all names: slots follow each other, each from a multiple of <see cref="Slot.Alignment"/>.</summary>
    public long Bytes(Func<string, long> binding) => Slots.Sum(s => s.Bytes(binding));

    /// <summary>The bytes if every value had a slot of its own.</summary>
    public long BytesWithoutReuse(Func<string, long> binding) => Slots.Sum(s => s.Values.Sum(v => Slot.Align(v.Type.Bytes.Evaluate(binding))));
}

/// <summary>The plan of a repeated layer.</summary>
/// <param name="Body">The plan of one layer; its slots are numbered from 0.</param>
/// <param name="Slots">The slot of the surrounding plan that each of the body's is.</param>
public sealed record LoopPlan(Plan Body, EquatableArray<int> Slots);

/// <summary>Where a value lies.</summary>
public abstract record Place
{
    /// <summary>In a slot of the arena.</summary>
    public sealed record InSlot(int Slot) : Place;

    /// <summary>In what the caller gave for an output: the value is computed right there.</summary>
    public sealed record InOutput(Output Output) : Place;

    /// <summary>Where another value lies, or a part of it from element <paramref name="Start"/> on, under other extents.</summary>
    public sealed record AliasOf(Value Value, Size Start) : Place;
}

/// <summary>A part of the arena that holds one value after another.</summary>
/// <param name="Index">The slot's number.</param>
/// <param name="Values">The values, in order of time; the slot is as large as the largest.</param>
public sealed record Slot(int Index, EquatableArray<Value> Values)
{
    /// <summary>Slots start at multiples of a cache line.</summary>
    public const int Alignment = 64;

    public static long Align(long bytes) => (bytes + Alignment - 1) / Alignment * Alignment;

    /// <summary>The types that the slot must hold, one of each number of bytes.</summary>
    public IEnumerable<TensorType> Types => Values.Select(static v => v.Type).GroupBy(static t => t.Bytes).Select(static g => g.First());

    public long Bytes(Func<string, long> binding) => Align(Values.Max(v => v.Type.Bytes.Evaluate(binding)));
}
