using System.Xml.Linq;
using MoECompiler.Cli.Drawing.Layout;
using MoECompiler.Graphs;
using MoECompiler.Plans;

namespace MoECompiler.Cli.Drawing;

/// <summary>Draws the arena over time: a row a slot, a column a step, a bar for each value from the step that makes it to the last that reads it.</summary>
internal static class MemoryChart
{
    private const double Size = 10, RowHeight = 18, StepWidth = 30, Left = 190;

    /// <param name="plan">The plan.</param>
    /// <param name="binding">The sizes in numbers.</param>
    /// <returns>The chart, from its upper left corner, and its extent.</returns>
    public static (XElement Chart, Extent Extent) Draw(Plan plan, Func<string, long> binding)
    {
        int steps = plan.Graph.Nodes.Count;
        List<XElement> parts = [Svg.Text(0, 12, 12, Palette.Ink, $"Memory between the steps: {plan.Bytes(binding):N0} bytes, {plan.BytesWithoutReuse(binding):N0} without reuse", isBold: true)];
        double top = 40;
        for (int step = 0; step < steps; step++)
            parts.Add(Svg.Text(Left + (step + 0.5) * StepWidth, top - 8, 9, Palette.Faint, $"{step + 1}", "middle"));
        foreach (Slot slot in plan.Slots)
        {
            double y = top + slot.Index * RowHeight;
            parts.Add(Svg.Rectangle(Left, y + RowHeight - 0.5, steps * StepWidth, 0.5, Palette.Given));
            parts.Add(Svg.Rectangle(0, y + 2, 62, 14, Palette.OfSlot(slot.Index), radius: 7));
            parts.Add(Svg.Text(7, y + 12.5, Size, Palette.Ink, $"slot {slot.Index}"));
            parts.Add(Svg.Text(Left - 12, y + 12.5, Size, Palette.Line, $"{slot.Bytes(binding):N0} bytes", "end"));
            foreach (Value value in slot.Values)
            {
                (int first, int last) = Lifetimes.Of(plan.Graph, value);
                if (first < 0)
                    first = last = Lifetimes.LoopOf(plan, value);
                double x = Left + first * StepWidth, width = (last - first + 1) * StepWidth;
                int fits = (int)((width - 6) / (Size * Svg.CharacterWidth));
                string tip = $"{value}, {value.Type.Bytes.Evaluate(binding):N0} bytes, steps {first + 1} to {last + 1}";
                parts.Add(Svg.Rectangle(x + 1, y + 2, width - 2, 14, Palette.OfSlot(slot.Index), Palette.Border, 3, tip: tip));
                parts.Add(Svg.Text(x + 4, y + 12.5, Size, Palette.Ink, Svg.Cut(value.Name, Math.Max(1, fits)), tip: tip));
            }
        }
        return (Svg.Group(0, 0, parts), new(Left + steps * StepWidth, top + plan.Slots.Count * RowHeight));
    }
}
