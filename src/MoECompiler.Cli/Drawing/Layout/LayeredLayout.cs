namespace MoECompiler.Cli.Drawing.Layout;

/// <summary>A drawing of boxes and lines: layers from top to bottom, each line from the foot of one box to the head of a lower one.</summary>
/// <param name="Corners">The upper left corner of each box.</param>
/// <param name="Ways">
/// The points of each line: straight down from the first to the second, at the foot of the layer; it swings to the third, at the head of the
/// next; straight down past that layer to the fourth, and so on until the head of its box.
/// </param>
/// <param name="Whole">The extent of all.</param>
internal sealed record LayeredLayout(IReadOnlyList<Point> Corners, IReadOnlyList<IReadOnlyList<Point>> Ways, Extent Whole)
{
    /// <summary>Between two layers: at least this, and so much more for each line.</summary>
    private const double LayerGap = 34, LineRoom = 1.5;

    /// <summary>Lays out boxes. The same input gives the same layout.</summary>
    /// <param name="boxes">The boxes' extents.</param>
    /// <param name="links">The lines, each to a box with a higher index.</param>
    public static LayeredLayout Of(IReadOnlyList<Extent> boxes, IReadOnlyList<Link> links)
    {
        LayeredGraph graph = new(boxes, links, LayerAssignment.Run(boxes.Count, links));
        LayerOrder.Run(graph);
        LayerPlacement.Run(graph);

        double[] heads = new double[graph.Layers.Count], feet = new double[graph.Layers.Count];
        double y = 0;
        for (int i = 0; i < heads.Length; i++)
        {
            heads[i] = y;
            feet[i] = y + graph.Layers[i].Max(p => p.Box < 0 ? 0 : boxes[p.Box].Height);
            y = feet[i] + LayerGap + LineRoom * graph.Layers[i].Sum(static p => p.Below.Count);
        }
        double[] starts = Starts(graph, links), ends = Ends(graph, links, starts);
        List<IReadOnlyList<Point>> ways = [];
        for (int i = 0; i < links.Count; i++)
        {
            IReadOnlyList<LayeredGraph.Place> way = graph.Ways[i];
            int first = way[0].Layer;
            List<Point> points = [new(starts[i], heads[first] + boxes[links[i].From].Height), new(starts[i], feet[first])];
            foreach (LayeredGraph.Place place in way.Skip(1).SkipLast(1))
                points.AddRange([new(place.X, heads[place.Layer]), new(place.X, feet[place.Layer])]);
            points.Add(new(ends[i], heads[way[^1].Layer]));
            ways.Add(points);
        }
        double width = graph.Layers.SelectMany(static l => l).Select(static p => p.X + p.Width / 2).DefaultIfEmpty(0).Max();
        return new([.. graph.Boxes.Select(p => new Point(p.X - p.Width / 2, heads[p.Layer]))], ways, new(width, feet.LastOrDefault()));
    }

    /// <summary>Where each line leaves its box: the box's ports share its foot, in the order of where their lines go to.</summary>
    private static double[] Starts(LayeredGraph graph, IReadOnlyList<Link> links)
    {
        double[] starts = new double[links.Count];
        foreach (IGrouping<int, int> box in Enumerable.Range(0, links.Count).GroupBy(i => links[i].From))
        {
            IGrouping<int, int>[] ports = [.. box.GroupBy(i => links[i].Port).OrderBy(port => port.Average(i => graph.Ways[i][1].X))];
            for (int p = 0; p < ports.Length; p++)
            {
                foreach (int i in ports[p])
                    starts[i] = Share(graph.Boxes[box.Key], p, ports.Length);
            }
        }
        return starts;
    }

    /// <summary>Where each line enters its box, in the order of where they come from.</summary>
    private static double[] Ends(LayeredGraph graph, IReadOnlyList<Link> links, double[] starts)
    {
        double[] ends = new double[links.Count];
        foreach (IGrouping<int, int> box in Enumerable.Range(0, links.Count).GroupBy(i => links[i].To))
        {
            int[] lines = [.. box.OrderBy(i => graph.Ways[i] is { Count: > 2 } way ? way[^2].X : starts[i])];
            for (int p = 0; p < lines.Length; p++)
                ends[lines[p]] = Share(graph.Boxes[box.Key], p, lines.Length);
        }
        return ends;
    }

    private static double Share(LayeredGraph.Place box, int index, int count) => box.X - box.Width / 2 + box.Width * (index + 1) / (count + 1);
}
