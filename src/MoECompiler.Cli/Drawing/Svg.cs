using System.Globalization;
using System.Xml.Linq;

namespace MoECompiler.Cli.Drawing;

/// <summary>The elements of an SVG document that pictures here are made of.</summary>
internal static class Svg
{
    /// <summary>A character's width, as a share of the size of its font: all text is in fonts of one width.</summary>
    public const double CharacterWidth = 0.602;

    private static readonly XNamespace s_namespace = "http://www.w3.org/2000/svg";

    /// <summary>A document with a white ground and a margin around what it shows.</summary>
    public static XElement Document(double width, double height, double margin, params IEnumerable<XElement> content) => Element(
        "svg",
        [
            Attribute("width", width + 2 * margin), Attribute("height", height + 2 * margin),
            new XAttribute("viewBox", FormattableString.Invariant($"{-margin:0.#} {-margin:0.#} {width + 2 * margin:0.#} {height + 2 * margin:0.#}")),
            new XAttribute("font-family", "DejaVu Sans Mono, Menlo, Consolas, monospace"),
            Rectangle(-margin, -margin, width + 2 * margin, height + 2 * margin, "white"),
            .. content,
        ]);

    /// <summary>Elements that lie together, from a corner of their own.</summary>
    public static XElement Group(double x, double y, params IEnumerable<XElement> content) =>
        Element("g", [new XAttribute("transform", FormattableString.Invariant($"translate({x:0.#} {y:0.#})")), .. content]);

    /// <param name="x">The left side.</param>
    /// <param name="y">The upper side.</param>
    /// <param name="width">The width.</param>
    /// <param name="height">The height.</param>
    /// <param name="fill">The color inside.</param>
    /// <param name="stroke">The color of the border; null for none.</param>
    /// <param name="radius">The corners' radius.</param>
    /// <param name="isDashed">The border is dashed.</param>
    /// <param name="tip">What a browser shows of it under the mouse; null for nothing.</param>
    public static XElement Rectangle(
        double x, double y, double width, double height, string fill, string? stroke = null, double radius = 0, bool isDashed = false, string? tip = null) => Element(
        "rect",
        [
            Attribute("x", x), Attribute("y", y), Attribute("width", width), Attribute("height", height), new XAttribute("fill", fill),
            stroke is null ? null : new XAttribute("stroke", stroke),
            radius == 0 ? null : Attribute("rx", radius),
            isDashed ? new XAttribute("stroke-dasharray", "4 3") : null,
            tip is null ? null : Element("title", [tip]),
        ]);

    /// <param name="x">Where it begins; where it ends, or its middle, with another anchor.</param>
    /// <param name="y">Its base line.</param>
    /// <param name="size">The size of its font.</param>
    /// <param name="fill">Its color.</param>
    /// <param name="content">The text.</param>
    /// <param name="anchor">start, middle or end.</param>
    /// <param name="isBold">In bold type.</param>
    /// <param name="tip">What a browser shows of it under the mouse; null for nothing.</param>
    public static XElement Text(double x, double y, double size, string fill, string content, string anchor = "start", bool isBold = false, string? tip = null) => Element(
        "text",
        [
            Attribute("x", x), Attribute("y", y), Attribute("font-size", size), new XAttribute("fill", fill), new XAttribute(XNamespace.Xml + "space", "preserve"),
            anchor == "start" ? null : new XAttribute("text-anchor", anchor),
            isBold ? new XAttribute("font-weight", "bold") : null,
            tip is null ? null : Element("title", [tip]),
            content,
        ]);

    /// <summary>A line that nothing fills.</summary>
    public static XElement Path(string points, string stroke, double width, string? tip = null) => Element(
        "path",
        [
            new XAttribute("d", points), new XAttribute("fill", "none"), new XAttribute("stroke", stroke), Attribute("stroke-width", width),
            tip is null ? null : Element("title", [tip]),
        ]);

    /// <summary>The width of a text.</summary>
    public static double Width(string text, double size) => text.Length * size * CharacterWidth;

    /// <summary>The text, or as much of it as so many characters hold.</summary>
    public static string Cut(string text, int most) => text.Length <= most ? text : $"{text.AsSpan(0, most - 1)}…";

    private static XElement Element(string name, IEnumerable<object?> content) => new(s_namespace + name, content);

    private static XAttribute Attribute(string name, double value) => new(name, value.ToString("0.#", CultureInfo.InvariantCulture));
}
