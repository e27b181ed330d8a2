using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Series;

namespace FashionMoE;

/// <summary>Draws which experts the images of each class go to, as heat maps side by side, one a routed layer.</summary>
internal static class LoadPicture
{
    private const double Height = 480;
    private const double LayerWidth = 560;

    /// <summary>The share of a layer's area that lies between it and the next.</summary>
    private const double Gap = 0.06;

    /// <returns>An SVG document.</returns>
    public static string Draw(IReadOnlyList<string> layers, IReadOnlyList<ClassUsage> classes)
    {
        PlotModel plot = new()
        {
            Title = "The experts' load per class, in percent of the class (test images)",
            TitleFontSize = 16,
            TitlePadding = 14,
            DefaultFont = "Arial",
            PlotMargins = new OxyThickness(100, 10, 20, 50),
            Background = OxyColors.White,
        };
        plot.Axes.Add(new LinearColorAxis
        {
            Position = AxisPosition.None,
            Palette = OxyPalette.Interpolate(100, OxyColors.White, OxyColor.FromRgb(0x4A, 0x8F, 0xD0), OxyColor.FromRgb(0x12, 0x3A, 0x6B)),
            Minimum = 0,
            Maximum = 100,
        });
        // A category axis counts upwards; the first class belongs on top.
        CategoryAxis names = new() { Position = AxisPosition.Left, Title = "class", AxisTitleDistance = 14, TickStyle = TickStyle.None };
        names.Labels.AddRange(classes.Reverse().Select(static usage => usage.Name));
        plot.Axes.Add(names);
        for (int layer = 0; layer < layers.Count; layer++)
            AddLayer(plot, layers, classes, layer);

        SvgExporter exporter = new() { Width = 140 + LayerWidth * layers.Count, Height = Height, UseVerticalTextAlignmentWorkaround = true };
        return exporter.ExportToString(plot);
    }

    private static void AddLayer(PlotModel plot, IReadOnlyList<string> layers, IReadOnlyList<ClassUsage> classes, int layer)
    {
        int experts = classes[0].Shares[layer].Length;
        CategoryAxis axis = new()
        {
            Position = AxisPosition.Bottom,
            Key = layers[layer],
            Title = $"expert of layer {layers[layer]}",
            AxisTitleDistance = 10,
            StartPosition = layer / (double)layers.Count,
            EndPosition = (layer + 1 - (layer + 1 < layers.Count ? Gap : 0)) / layers.Count,
            TickStyle = TickStyle.None,
        };
        axis.Labels.AddRange(Enumerable.Range(1, experts).Select(static expert => $"{expert}"));
        plot.Axes.Add(axis);

        double[,] percents = new double[experts, classes.Count];
        for (int row = 0; row < classes.Count; row++)
        {
            for (int expert = 0; expert < experts; expert++)
                percents[expert, classes.Count - 1 - row] = 100 * classes[row].Shares[layer][expert];
        }
        plot.Series.Add(new HeatMapSeries
        {
            XAxisKey = layers[layer],
            X0 = 0,
            X1 = experts - 1,
            Y0 = 0,
            Y1 = classes.Count - 1,
            Data = percents,
            Interpolate = false,
            RenderMethod = HeatMapRenderMethod.Rectangles,
            LabelFontSize = 0.32,
            LabelFormatString = "0",
        });
    }
}
