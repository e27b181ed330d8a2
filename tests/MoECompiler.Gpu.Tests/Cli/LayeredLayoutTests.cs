using CsCheck;
using MoECompiler.Cli.Drawing.Layout;
using Xunit;

namespace MoECompiler.Gpu.Tests.Cli;

/// <summary>How the boxes of <c>moec graph</c> are laid out.</summary>
public class LayeredLayoutTests
{
    private static readonly Gen<(Extent[] Boxes, Link[] Links)> s_graphs =
        from boxes in Gen.Select(Gen.Double[20, 300], Gen.Double[10, 80], static (width, height) => new Extent(width, height)).Array[1, 24]
        from links in Gen.Select(Gen.Int[0, 23], Gen.Int[0, 2], Gen.Int[0, 23]).Array[0, 40]
        select (boxes, links.Select(l => new Link(l.Item1 % boxes.Length, l.Item2, l.Item3 % boxes.Length)).Where(static l => l.From < l.To).Distinct().ToArray());

    [Fact]
    public void Boxes_LieApartInsideTheWhole() => s_graphs.Sample(static graph =>
    {
        LayeredLayout layout = LayeredLayout.Of(graph.Boxes, graph.Links);
        for (int i = 0; i < graph.Boxes.Length; i++)
        {
            (Point a, Extent extent) = (layout.Corners[i], graph.Boxes[i]);
            Assert.InRange(a.X, -1e-6, layout.Whole.Width - extent.Width + 1e-6);
            Assert.InRange(a.Y, -1e-6, layout.Whole.Height - extent.Height + 1e-6);
            for (int j = 0; j < i; j++)
            {
                Point b = layout.Corners[j];
                bool isApart = a.X + extent.Width < b.X || b.X + graph.Boxes[j].Width < a.X || a.Y + extent.Height < b.Y || b.Y + graph.Boxes[j].Height < a.Y;
                Assert.True(isApart, $"boxes {j} and {i} overlap");
            }
        }
    });

    [Fact]
    public void Links_GoDownFromTheFootOfOneBoxToTheHeadOfTheOther() => s_graphs.Sample(static graph =>
    {
        LayeredLayout layout = LayeredLayout.Of(graph.Boxes, graph.Links);
        foreach ((Link link, IReadOnlyList<Point> way) in graph.Links.Zip(layout.Ways))
        {
            (Point from, Point to) = (layout.Corners[link.From], layout.Corners[link.To]);
            Assert.InRange(way[0].X, from.X, from.X + graph.Boxes[link.From].Width);
            Assert.Equal(from.Y + graph.Boxes[link.From].Height, way[0].Y, 1e-6);
            Assert.InRange(way[^1].X, to.X, to.X + graph.Boxes[link.To].Width);
            Assert.Equal(to.Y, way[^1].Y, 1e-6);
            for (int i = 1; i < way.Count; i++)
                Assert.True(way[i].Y >= way[i - 1].Y - 1e-6);
        }
    });

    [Fact]
    public void Links_OfOnePort_BeginInOnePoint() => s_graphs.Sample(static graph =>
    {
        LayeredLayout layout = LayeredLayout.Of(graph.Boxes, graph.Links);
        Assert.All(graph.Links.Zip(layout.Ways).GroupBy(static l => (l.First.From, l.First.Port)), static port => Assert.Single(port.Select(static l => l.Second[0]).Distinct()));
    });

    [Fact]
    public void Order_OfTwoCrossedLines_IsUncrossed()
    {
        Link[] links = [new(0, 0, 3), new(1, 0, 2)];
        LayeredGraph graph = new([.. Enumerable.Repeat(new Extent(10, 10), 4)], links, LayerAssignment.Run(4, links));
        Assert.Equal(0, LayerOrder.Crossings(graph));
        for (int i = 0; i < 2; i++)
            (graph.Layers[0][i].X, graph.Layers[1][i].X) = (i, i);
        Assert.Equal(1, LayerOrder.Crossings(graph));
        LayerOrder.Run(graph);
        Assert.Equal(0, LayerOrder.Crossings(graph));
    }

    [Fact]
    public void Box_ThatIsReadLate_LiesRightAboveItsReader() =>
        // 0 to 1 to 2 to 4, and 3, which only 4 reads.
        Assert.Equal([0, 1, 2, 2, 3], LayerAssignment.Run(5, [new(0, 0, 1), new(1, 0, 2), new(2, 0, 4), new(3, 0, 4)]));
}
