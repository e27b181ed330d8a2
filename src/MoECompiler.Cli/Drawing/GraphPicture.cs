using System.Text;
using System.Xml.Linq;
using MoECompiler.Cli.Drawing.Layout;
using MoECompiler.Graphs;
using MoECompiler.Ops;
using MoECompiler.Plans;

namespace MoECompiler.Cli.Drawing;

/// <summary>Draws a graph from its inputs down to its results, a box a kernel; a repeated layer is a picture in its box.</summary>
internal static class GraphPicture
{
    private const double PillSize = 11, PillHeight = 24;

    /// <param name="declared">What was declared, without what the results do not depend on.</param>
    /// <param name="plan">What runs.</param>
    /// <param name="weights">The names of the values that are weights: boxes name them, no line does.</param>
    /// <param name="slots">The slot of the whole arena that each of the plan's is.</param>
    /// <returns>The picture, from its upper left corner, and its extent.</returns>
    public static (XElement Picture, Extent Extent) Draw(Graph declared, Plan plan, IReadOnlySet<string> weights, IReadOnlyList<int> slots)
    {
        List<(Extent Extent, Func<Point, XElement> Draw)> boxes = [];
        List<(Link Link, Value Value)> links = [];
        Dictionary<string, (int Box, int Port)> makers = [];
        foreach (Value input in declared.Inputs.Where(i => !weights.Contains(i.Name)))
        {
            makers.Add(input.Name, (boxes.Count, 0));
            boxes.Add(Pill($"{input}", Palette.Given));
        }
        foreach (Kernel kernel in Kernel.Of(declared, plan))
        {
            KernelBox box = new(kernel, weights, v => PlaceTag.Of(v, plan, slots), Body(kernel.Step, declared, plan, weights, slots));
            links.AddRange(kernel.Step.Operands.Distinct().Where(o => makers.ContainsKey(o.Name))
                .Select(o => (new Link(makers[o.Name].Box, makers[o.Name].Port, boxes.Count), o)));
            for (int i = 0; i < kernel.Step.Results.Count; i++)
                makers.TryAdd(kernel.Step.Results[i].Name, (boxes.Count, i));
            boxes.Add((box.Extent, box.Draw));
        }
        foreach (Output output in plan.Graph.Outputs.Where(o => o.Kind is OutputKind.Result or OutputKind.Loss && makers.ContainsKey(o.Value.Name)))
        {
            links.Add((new Link(makers[output.Value.Name].Box, makers[output.Value.Name].Port, boxes.Count), output.Value));
            boxes.Add(Pill($"{output.Kind.ToString().ToLowerInvariant()} {output.Name}: {output.Value.Type}", Palette.Outside));
        }

        LayeredLayout layout = LayeredLayout.Of([.. boxes.Select(static b => b.Extent)], [.. links.Select(static l => l.Link)]);
        IEnumerable<XElement> lines = links.Zip(layout.Ways, static (link, way) => Line(link.Value, way));
        IEnumerable<XElement> labels = Labels([.. links.Zip(layout.Ways, static (l, way) => (l.Link, l.Value, way[0]))]);
        return (Svg.Group(0, 0, [.. lines, .. boxes.Zip(layout.Corners, static (box, corner) => box.Draw(corner)), .. labels]), layout.Whole);
    }

    private static (XElement, Extent)? Body(Node step, Graph declared, Plan plan, IReadOnlySet<string> weights, IReadOnlyList<int> slots)
    {
        if (step.Op is not Repeat repeat || !plan.Loops.TryGetValue(step.Results[0].Name, out LoopPlan? loop))
            return null;
        Graph body = declared.Nodes.FirstOrDefault(n => n.Results.Contains(step.Results[0]))?.Op is Repeat same ? same.Body : repeat.Body;
        HashSet<string> inner = [.. repeat.Body.Inputs.Where((_, i) => weights.Contains(step.Operands[i].Name)).Select(static i => i.Name)];
        return Draw(body, loop.Body, inner, [.. loop.Slots.Select(s => slots[s])]);
    }

    private static (Extent, Func<Point, XElement>) Pill(string text, string color)
    {
        double width = Svg.Width(text, PillSize) + 24;
        return (new(width, PillHeight), at => Svg.Group(
            at.X, at.Y, Svg.Rectangle(0, 0, width, PillHeight, color, Palette.Border, PillHeight / 2), Svg.Text(12, 16, PillSize, Palette.Ink, text)));
    }

    private static XElement Line(Value value, IReadOnlyList<Point> way)
    {
        StringBuilder path = new(FormattableString.Invariant($"M{way[0].X:0.#} {way[0].Y:0.#}"));
        for (int i = 1; i < way.Count; i++)
        {
            (Point from, Point to) = (way[i - 1], way[i]);
            double middle = (from.Y + to.Y) / 2;
            path.Append(i % 2 == 1
                ? FormattableString.Invariant($"L{to.X:0.#} {to.Y:0.#}")
                : FormattableString.Invariant($"C{from.X:0.#} {middle:0.#} {to.X:0.#} {middle:0.#} {to.X:0.#} {to.Y:0.#}"));
        }
        // The head of an arrow.
        Point end = way[^1];
        path.Append(FormattableString.Invariant($"M{end.X - 3:0.#} {end.Y - 5:0.#}L{end.X:0.#} {end.Y:0.#}L{end.X + 3:0.#} {end.Y - 5:0.#}"));
        return Svg.Path(path.ToString(), value.Type.Type == DType.I32 ? Palette.IndexLine : Palette.Line, 1.2, $"{value}");
    }

    /// <summary>The names of values, at the foot of each box that several leave.</summary>
    private static IEnumerable<XElement> Labels(IReadOnlyList<(Link Link, Value Value, Point Start)> lines) => lines
        .GroupBy(static l => l.Link.From)
        .Where(static box => box.Select(static l => l.Link.Port).Distinct().Count() > 1)
        .SelectMany(static box => box.DistinctBy(static l => l.Link.Port))
        .Select(static l => Svg.Text(l.Start.X + 3, l.Start.Y + 10, 9, Palette.Faint, l.Value.Name));
}
