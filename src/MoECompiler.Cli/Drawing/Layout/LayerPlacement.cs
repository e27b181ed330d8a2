namespace MoECompiler.Cli.Drawing.Layout;

/// <summary>The third step of a layout: where in its layer each place lies, so that lines are straight and nothing overlaps.</summary>
internal static class LayerPlacement
{
    private const int Passes = 60;

    /// <summary>What lies between two boxes, and what between lines in passing.</summary>
    private const double BoxGap = 28, LineGap = 14;

    /// <summary>A line that bends costs more than a box that is not right below another.</summary>
    private const double LineWeight = 3;

    /// <summary>Moves each place towards the mean of its neighbors, downwards and upwards in turn, as near as its layer allows.</summary>
    public static void Run(LayeredGraph graph)
    {
        foreach (List<LayeredGraph.Place> layer in graph.Layers)
            Settle(layer, static _ => 0);
        for (int pass = 0; pass < Passes; pass++)
        {
            bool isDownwards = pass % 2 == 0;
            foreach (List<LayeredGraph.Place> layer in isDownwards ? graph.Layers : graph.Layers.Reverse())
                Settle(layer, p => Wish(p, [.. p.Above, .. p.Below]));
        }
        double left = graph.Layers.SelectMany(static l => l).Select(static p => p.X - p.Width / 2).DefaultIfEmpty(0).Min();
        foreach (LayeredGraph.Place place in graph.Layers.SelectMany(static l => l))
            place.X -= left;
    }

    private static double Wish(LayeredGraph.Place place, List<LayeredGraph.Place> near) =>
        near.Count == 0 ? place.X : near.Sum(static n => n.X * Weight(n)) / near.Sum(static n => Weight(n));

    private static double Weight(LayeredGraph.Place place) => place.Box < 0 ? LineWeight : 1;

    /// <summary>
    /// The places in their order and apart from each other, with the least sum of squares of the ways from where they wish to be: neighbors
    /// that would overlap become a block, which lies at the mean of its members' wishes.
    /// </summary>
    private static void Settle(List<LayeredGraph.Place> layer, Func<LayeredGraph.Place, double> wish)
    {
        double[] offsets = new double[layer.Count];
        for (int i = 1; i < layer.Count; i++)
        {
            LayeredGraph.Place left = layer[i - 1], right = layer[i];
            offsets[i] = offsets[i - 1] + (left.Width + right.Width) / 2 + (left.Box < 0 && right.Box < 0 ? LineGap : BoxGap);
        }
        Stack<(double Mean, double Weight, int Count)> blocks = [];
        for (int i = 0; i < layer.Count; i++)
        {
            (double mean, double weight, int count) = (wish(layer[i]) - offsets[i], Weight(layer[i]), 1);
            while (blocks.TryPeek(out var before) && before.Mean > mean)
            {
                blocks.Pop();
                mean = (mean * weight + before.Mean * before.Weight) / (weight + before.Weight);
                weight += before.Weight;
                count += before.Count;
            }
            blocks.Push((mean, weight, count));
        }
        int next = layer.Count;
        foreach ((double mean, _, int count) in blocks)
        {
            for (int i = 0; i < count; i++)
            {
                next--;
                layer[next].X = mean + offsets[next];
            }
        }
    }
}
