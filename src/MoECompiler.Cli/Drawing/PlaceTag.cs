using MoECompiler.Graphs;
using MoECompiler.Plans;

namespace MoECompiler.Cli.Drawing;

/// <summary>Where a value lies, in a word or two on a color.</summary>
internal sealed record PlaceTag(string Text, string Color)
{
    /// <summary>The place of a value that a step makes.</summary>
    /// <param name="value">The value.</param>
    /// <param name="plan">The plan of the graph that it is in.</param>
    /// <param name="slots">The slot of the whole arena that each of the plan's is.</param>
    /// <returns>Null for what stays in registers.</returns>
    public static PlaceTag? Of(Value value, Plan plan, IReadOnlyList<int> slots) => plan.Places.TryGetValue(value.Name, out Place? place) ? Of(place, plan, slots) : null;

    private static PlaceTag Of(Place place, Plan plan, IReadOnlyList<int> slots) => place switch
    {
        Place.InSlot slot => new($"slot {slots[slot.Slot]}", Palette.OfSlot(slots[slot.Slot])),
        Place.InOutput { Output: var output } => new($"{output.Kind.ToString().ToLowerInvariant()} {output.Name}", Palette.Outside),
        Place.AliasOf alias when Of(alias.Value, plan, slots) is { } same => same,
        _ => new("given", Palette.Given),
    };
}
