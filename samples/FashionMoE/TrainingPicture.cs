using MoECompiler.Training;
using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Series;

namespace FashionMoE;

/// <summary>Draws a training over its epochs, one curve above the other: the loss, the test accuracy, and the share that each expert of a layer has.</summary>
internal static class TrainingPicture
{
    private const double Width = 860, RowHeight = 210;

    /// <summary>The share of a row that lies between it and the next.</summary>
    private const double Gap = 0.14;

    private const string Loss = "loss (grey: training steps)", Accuracy = "test accuracy";

    private static readonly OxyColor s_training = OxyColor.FromRgb(0xB8, 0xC4, 0xD0);
    private static readonly OxyColor s_test = OxyColor.FromRgb(0x12, 0x3A, 0x6B);

    /// <param name="history">What the training told.</param>
    /// <param name="layers">The routed layers; each has a metric of its experts' load.</param>
    /// <returns>An SVG document.</returns>
    public static string Draw(TrainingHistory history, IReadOnlyList<string> layers)
    {
        int rows = 2 + layers.Count;
        PlotModel plot = new()
        {
            Title = "The training, epoch by epoch",
            TitleFontSize = 16,
            TitlePadding = 14,
            DefaultFont = "Arial",
            PlotMargins = new OxyThickness(100, 10, 20, 50),
            Background = OxyColors.White,
            PlotAreaBorderThickness = new OxyThickness(0, 0, 0, 1),
        };
        plot.Axes.Add(new LinearAxis { Position = AxisPosition.Bottom, Title = "epoch", AxisTitleDistance = 10, MinimumPadding = 0.01, MaximumPadding = 0.01 });
        AddAxis(plot, rows, 0, Loss);
        plot.Series.Add(Line(Loss, s_training, 1, history.Training));
        plot.Series.Add(Line(Loss, s_test, 2, history.Evaluations.Select(static e => (e.Epoch, e.Report.Loss))));
        AddAxis(plot, rows, 1, Accuracy);
        plot.Series.Add(Line(Accuracy, s_test, 2, history.Evaluations.Select(static e => (e.Epoch, e.Report["accuracy"]))));
        for (int layer = 0; layer < layers.Count; layer++)
            AddLoads(plot, rows, 2 + layer, layers[layer], history);

        SvgExporter exporter = new() { Width = Width, Height = 80 + RowHeight * rows, UseVerticalTextAlignmentWorkaround = true };
        return exporter.ExportToString(plot);
    }

    /// <summary>A line for each expert: the share in percent of the pairs of image and expert that it had of the test images.</summary>
    private static void AddLoads(PlotModel plot, int rows, int row, string layer, TrainingHistory history)
    {
        string title = $"load of {layer}, %";
        AddAxis(plot, rows, row, title);
        int experts = history.Evaluations.Select(e => e.Report.Find($"{layer}.load").Values.Count).FirstOrDefault();
        OxyPalette colors = OxyPalettes.HueDistinct(Math.Max(2, experts));
        for (int expert = 0; expert < experts; expert++)
            plot.Series.Add(Line(title, colors.Colors[expert], 1.5, history.Evaluations.Select(e => (e.Epoch, Share(e.Report.Find($"{layer}.load"), expert)))));
    }

    private static double Share(MetricValue loads, int expert) => 100 * loads.Values[expert] / loads.Values.Sum();

    private static void AddAxis(PlotModel plot, int rows, int row, string title) => plot.Axes.Add(new LinearAxis
    {
        Position = AxisPosition.Left,
        Key = title,
        Title = title,
        AxisTitleDistance = 34,
        StartPosition = (rows - row - 1) / (double)rows,
        EndPosition = (rows - row - Gap) / rows,
        MajorGridlineStyle = LineStyle.Solid,
        MajorGridlineColor = OxyColor.FromRgb(0xEC, 0xEF, 0xF1),
        AxislineStyle = LineStyle.Solid,
        MinimumPadding = 0.06,
        MaximumPadding = 0.06,
    });

    private static LineSeries Line(string axis, OxyColor color, double thickness, IEnumerable<(double Epoch, double Value)> points)
    {
        LineSeries line = new()
        {
            YAxisKey = axis,
            Color = color,
            StrokeThickness = thickness,
            // A training of one epoch has one point.
            MarkerType = thickness > 1 ? MarkerType.Circle : MarkerType.None,
            MarkerSize = 2.5,
            MarkerFill = color,
        };
        line.Points.AddRange(points.Select(static p => new DataPoint(p.Epoch, p.Value)));
        return line;
    }
}
