using System.Xml.Linq;
using MoECompiler.Cli.Drawing.Layout;
using MoECompiler.Graphs;
using MoECompiler.Ops;

namespace MoECompiler.Cli.Drawing;

/// <summary>The box of a kernel: the op that runs, the weights that it reads, and a line for each declared node.</summary>
internal sealed class KernelBox
{
    private const double HeadSize = 12, LineSize = 11, SmallSize = 10, LineHeight = 17, Padding = 9, ColumnGap = 18;
    private const int MostCharacters = 62;

    /// <summary>A line: what is computed, its type, and where it lies.</summary>
    private sealed record Line(string Text, string Type, PlaceTag? Place, string Color, string Tip);

    private readonly Kernel _kernel;
    private readonly List<Line> _lines = [];
    private readonly (XElement Element, Extent Extent)? _body;
    private readonly double _typeColumn;
    private readonly double _placeColumn;

    /// <param name="kernel">What is shown.</param>
    /// <param name="weights">The names of the values that are weights.</param>
    /// <param name="place">Where a value lies.</param>
    /// <param name="body">The picture of a repeated layer; null for none.</param>
    public KernelBox(Kernel kernel, IReadOnlySet<string> weights, Func<Value, PlaceTag?> place, (XElement, Extent)? body)
    {
        _kernel = kernel;
        _body = body;
        foreach (Value weight in kernel.Declared.SelectMany(static n => n.Operands).Where(o => weights.Contains(o.Name)).Distinct())
            _lines.Add(new(weight.Name, $"{weight.Type}", null, Palette.Weight, "a weight"));
        foreach (Node node in kernel.Declared)
        {
            string formula = Formulas.Of(node, weights);
            for (int i = 0; i < node.Results.Count; i++)
            {
                Value result = node.Results[i];
                string text = i == 0 ? $"{result.Name} = {formula}" : result.Name;
                PlaceTag? tag = kernel.Step.Results.Contains(result) ? place(result) : null;
                _lines.Add(new(Svg.Cut(text, MostCharacters), $"{result.Type}", tag, Palette.Ink, GraphPrinter.Print(node)));
            }
        }
        _typeColumn = Padding + _lines.Max(static l => Svg.Width(l.Text, LineSize)) + ColumnGap;
        _placeColumn = _typeColumn + _lines.Max(static l => Svg.Width(l.Type, LineSize)) + ColumnGap;
        double places = _lines.Max(static l => l.Place is { } tag ? TagWidth(tag) : 0);
        double width = Math.Max(_placeColumn + places + Padding, Svg.Width(Head, HeadSize) + Svg.Width(Count, SmallSize) + 2 * Padding + ColumnGap);
        double height = LineHeight * _lines.Count + Padding + HeadHeight;
        Extent = _body is var (_, inner) ? new(Math.Max(width, inner.Width + 2 * Padding), height + inner.Height + 2 * Padding) : new(width, height);
    }

    /// <summary>What it measures.</summary>
    public Extent Extent { get; }

    private string Head => $"{_kernel.Number}  {_kernel.Step.Op switch
    {
        Region region => $"{region.Kind} in one",
        Repeat repeat => $"Repeat, {repeat.Count} times{(repeat.Reverse ? " from the last" : "")}",
        _ => _kernel.Step.Op.Name,
    }}";

    private string Count => _kernel.Declared.Count > 1 ? $"{_kernel.Declared.Count} nodes" : "";

    private double HeadHeight => _kernel.Step.Op.IsAlias ? 6 : 24;

    /// <summary>The box, from its upper left corner.</summary>
    public XElement Draw(Point at)
    {
        bool isKernel = !_kernel.Step.Op.IsAlias;
        string color = Palette.Of(_kernel.Step);
        List<XElement> parts = [Svg.Rectangle(0, 0, Extent.Width, Extent.Height, Palette.Ground, Palette.Border, 6, isDashed: !isKernel)];
        if (isKernel)
        {
            parts.Add(Svg.Rectangle(0.5, 0.5, Extent.Width - 1, HeadHeight - 2, color, radius: 6));
            parts.Add(Svg.Text(Padding, 16, HeadSize, Palette.Ink, Head, isBold: true, tip: GraphPrinter.Print(_kernel.Step)));
            if (Count.Length > 0)
                parts.Add(Svg.Text(Extent.Width - Padding, 15, SmallSize, Palette.Line, Count, "end"));
        }
        for (int i = 0; i < _lines.Count; i++)
        {
            Line line = _lines[i];
            double y = HeadHeight + LineHeight * (i + 1) - 4;
            parts.Add(Svg.Text(Padding, y, LineSize, line.Color, line.Text, tip: line.Tip));
            parts.Add(Svg.Text(_typeColumn, y, LineSize, line.Color == Palette.Ink ? Palette.Line : line.Color, line.Type));
            if (line.Place is { } tag)
            {
                double left = Extent.Width - Padding - TagWidth(tag);
                parts.Add(Svg.Rectangle(left, y - 11, TagWidth(tag), 14, tag.Color, radius: 7));
                parts.Add(Svg.Text(left + 7, y - 0.5, SmallSize, Palette.Ink, tag.Text));
            }
        }
        if (_body is var (element, extent))
            parts.Add(Svg.Group((Extent.Width - extent.Width) / 2, HeadHeight + LineHeight * _lines.Count + Padding, element));
        return Svg.Group(at.X, at.Y, parts);
    }

    private static double TagWidth(PlaceTag tag) => Svg.Width(tag.Text, SmallSize) + 14;
}
