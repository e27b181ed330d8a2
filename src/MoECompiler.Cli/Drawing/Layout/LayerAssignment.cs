namespace MoECompiler.Cli.Drawing.Layout;

/// <summary>The first step of a layout: which layer each box belongs to.</summary>
internal static class LayerAssignment
{
    /// <summary>
    /// A layer for each box, counted from the top, below those of all boxes that it has a line from: the first such layer, unless more lines
    /// become shorter than longer further down.
    /// </summary>
    /// <param name="count">The number of boxes.</param>
    /// <param name="links">The lines, each to a box with a higher index.</param>
    public static int[] Run(int count, IReadOnlyList<Link> links)
    {
        ILookup<int, Link> into = links.ToLookup(static l => l.To), from = links.ToLookup(static l => l.From);
        int[] layers = new int[count];
        for (int box = 0; box < count; box++)
            layers[box] = into[box].Select(l => layers[l.From] + 1).DefaultIfEmpty(0).Max();
        for (int box = count - 1; box >= 0; box--)
        {
            // Lines of one port are drawn as one.
            if (from[box].Any() && into[box].Count() <= from[box].Select(static l => l.Port).Distinct().Count())
                layers[box] = from[box].Min(l => layers[l.To]) - 1;
        }
        return layers;
    }
}
