namespace MoECompiler.Cli.Drawing.Layout;

/// <summary>The width and height of a box.</summary>
internal readonly record struct Extent(double Width, double Height);

/// <summary>A place; y counts downwards.</summary>
internal readonly record struct Point(double X, double Y);

/// <summary>A line from one box to another. Lines of one box with one port begin in one point.</summary>
internal readonly record struct Link(int From, int Port, int To);

/// <summary>Boxes in layers with the lines between them, some of which pass layers: the places that the steps of a layout work on.</summary>
/// <remarks>
/// Where a line passes a layer it has a place there of its own, of no width, so that boxes make room for it. Lines from one port share
/// their places as far as they go together.
/// </remarks>
internal sealed class LayeredGraph
{
    /// <summary>A box, or a line in passing.</summary>
    /// <param name="Box">The box's index; -1 for a line.</param>
    /// <param name="Layer">The layer, counted from the top.</param>
    /// <param name="Width">The width.</param>
    public sealed record Place(int Box, int Layer, double Width)
    {
        /// <summary>The center.</summary>
        public double X { get; set; }

        /// <summary>The places in the layer above that a line comes from.</summary>
        public List<Place> Above { get; } = [];

        /// <summary>The places in the layer below that a line goes to.</summary>
        public List<Place> Below { get; } = [];
    }

    /// <param name="boxes">The boxes.</param>
    /// <param name="links">The lines, each from a box to one in a later layer.</param>
    /// <param name="layers">The layer of each box.</param>
    public LayeredGraph(IReadOnlyList<Extent> boxes, IReadOnlyList<Link> links, IReadOnlyList<int> layers)
    {
        Layers = [.. Enumerable.Range(0, layers.DefaultIfEmpty(-1).Max() + 1).Select(static _ => new List<Place>())];
        Boxes = [.. boxes.Select((box, i) => Add(i, layers[i], box.Width))];
        Dictionary<(int Box, int Port, int Layer), Place> passing = [];
        List<IReadOnlyList<Place>> ways = [];
        foreach (Link link in links)
        {
            List<Place> way = [Boxes[link.From]];
            for (int layer = layers[link.From] + 1; layer < layers[link.To]; layer++)
            {
                if (!passing.TryGetValue((link.From, link.Port, layer), out Place? place))
                    passing.Add((link.From, link.Port, layer), place = Add(-1, layer, 0));
                way.Add(place);
            }
            way.Add(Boxes[link.To]);
            for (int i = 1; i < way.Count; i++)
            {
                if (way[i - 1].Below.Contains(way[i]))
                    continue;
                way[i - 1].Below.Add(way[i]);
                way[i].Above.Add(way[i - 1]);
            }
            ways.Add(way);
        }
        Ways = ways;
    }

    /// <summary>The places of each layer, from left to right.</summary>
    public IReadOnlyList<List<Place>> Layers { get; }

    /// <summary>The place of each box.</summary>
    public IReadOnlyList<Place> Boxes { get; }

    /// <summary>The places of each line, its two boxes included.</summary>
    public IReadOnlyList<IReadOnlyList<Place>> Ways { get; }

    private Place Add(int box, int layer, double width)
    {
        Place place = new(box, layer, width);
        Layers[layer].Add(place);
        return place;
    }
}
