namespace MoECompiler.Cli.Drawing.Layout;

/// <summary>The second step of a layout: the order of the places in each layer, so that few lines cross.</summary>
internal static class LayerOrder
{
    private const int Sweeps = 24;

    /// <summary>Sorts each layer by the mean of the neighbors' positions, downwards and upwards in turn, and keeps the order that has the fewest crossings.</summary>
    public static void Run(LayeredGraph graph)
    {
        Number(graph);
        LayeredGraph.Place[][] best = Copy(graph);
        int fewest = Crossings(graph);
        for (int sweep = 0; sweep < Sweeps && fewest > 0; sweep++)
        {
            bool isDownwards = sweep % 2 == 0;
            foreach (List<LayeredGraph.Place> layer in isDownwards ? graph.Layers : graph.Layers.Reverse())
            {
                // Stable, and places without a neighbor on that side keep theirs.
                LayeredGraph.Place[] sorted = [.. layer.OrderBy(p => (isDownwards ? p.Above : p.Below) is { Count: > 0 } near ? near.Average(static n => n.X) : p.X)];
                layer.Clear();
                layer.AddRange(sorted);
                Number(layer);
            }
            int crossings = Crossings(graph);
            if (crossings >= fewest)
                continue;
            fewest = crossings;
            best = Copy(graph);
        }
        for (int i = 0; i < best.Length; i++)
        {
            graph.Layers[i].Clear();
            graph.Layers[i].AddRange(best[i]);
            Number(graph.Layers[i]);
        }
    }

    /// <summary>How many pairs of lines between neighboring layers cross.</summary>
    public static int Crossings(LayeredGraph graph)
    {
        int crossings = 0;
        foreach (List<LayeredGraph.Place> layer in graph.Layers)
        {
            (double From, double To)[] lines = [.. layer.SelectMany(static p => p.Below.Select(b => (p.X, b.X)))];
            for (int i = 0; i < lines.Length; i++)
            {
                for (int j = 0; j < i; j++)
                    crossings += (lines[i].From - lines[j].From) * (lines[i].To - lines[j].To) < 0 ? 1 : 0;
            }
        }
        return crossings;
    }

    private static LayeredGraph.Place[][] Copy(LayeredGraph graph) => [.. graph.Layers.Select(static l => l.ToArray())];

    private static void Number(LayeredGraph graph)
    {
        foreach (List<LayeredGraph.Place> layer in graph.Layers)
            Number(layer);
    }

    /// <summary>While only the order is at stake, a place's x is its number.</summary>
    private static void Number(List<LayeredGraph.Place> layer)
    {
        for (int i = 0; i < layer.Count; i++)
            layer[i].X = i;
    }
}
