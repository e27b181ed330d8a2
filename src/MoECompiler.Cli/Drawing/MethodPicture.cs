using System.Xml.Linq;
using MoECompiler.Cli.Drawing.Layout;
using MoECompiler.Graphs;
using MoECompiler.Passes;
using MoECompiler.Plans;

namespace MoECompiler.Cli.Drawing;

/// <summary>Draws a method of a model: a title, the meaning of the colors, the graph, and the memory between its steps.</summary>
internal static class MethodPicture
{
    private const double Margin = 28, HeadHeight = 64, Gap = 44;

    /// <param name="name">The title.</param>
    /// <param name="subtitle">Below it: the sizes.</param>
    /// <param name="graph">The declared graph.</param>
    /// <param name="plan">What was made of it.</param>
    /// <param name="weights">The names of the inputs that are weights.</param>
    /// <param name="binding">The sizes in numbers.</param>
    /// <returns>An SVG document.</returns>
    public static XElement Draw(string name, string subtitle, Graph graph, Plan plan, IReadOnlySet<string> weights, Func<string, long> binding)
    {
        (XElement picture, Extent extent) = GraphPicture.Draw(Simplify.Run(graph), plan, weights, [.. plan.Slots.Select(static s => s.Index)]);
        (XElement chart, Extent chartExtent) = MemoryChart.Draw(plan, binding);
        double width = new[] { extent.Width, chartExtent.Width, Svg.Width(subtitle, 11), 620 }.Max();
        List<XElement> parts =
        [
            Svg.Text(0, 14, 16, Palette.Ink, name, isBold: true),
            Svg.Text(0, 32, 11, Palette.Line, subtitle),
            Svg.Group((width - extent.Width) / 2, HeadHeight, picture),
        ];
        double x = 0;
        foreach ((string color, string meaning) in Palette.Kinds)
        {
            parts.Add(Svg.Rectangle(x, 41, 11, 11, color, Palette.Border, 2, isDashed: color == Palette.Ground));
            parts.Add(Svg.Text(x + 16, 50, 10, Palette.Line, meaning));
            x += 16 + Svg.Width(meaning, 10) + 18;
        }
        double height = HeadHeight + extent.Height;
        if (plan.Slots.Count > 0)
        {
            parts.Add(Svg.Group(0, height + Gap, chart));
            height += Gap + chartExtent.Height;
        }
        return Svg.Document(width, height, Margin, parts);
    }
}
