using System.Globalization;
using Spectre.Console;

namespace FashionMoE;

/// <summary>Prints how the model deals with the classes.</summary>
internal static class Tables
{
    public static void Print(IReadOnlyList<string> layers, IReadOnlyList<ClassUsage> classes)
    {
        AnsiConsole.Write(Accuracies(classes));
        for (int layer = 0; layer < layers.Count; layer++)
            AnsiConsole.Write(Loads(layers[layer], classes, layer));
    }

    private static Table Accuracies(IReadOnlyList<ClassUsage> classes)
    {
        Table table = new Table { Border = TableBorder.Simple, Title = new TableTitle("Test accuracy") }
            .AddColumn("class")
            .AddColumn("images", static column => column.RightAligned())
            .AddColumn("accuracy", static column => column.RightAligned());
        foreach (ClassUsage usage in classes)
            table.AddRow(usage.Name, Text("N0", usage.Images), Text("0.000", usage.Accuracy));
        long images = classes.Sum(static usage => usage.Images);
        return table.AddRow("all", Text("N0", images), Text("0.000", classes.Sum(static usage => usage.Images * usage.Accuracy) / images));
    }

    private static Table Loads(string layer, IReadOnlyList<ClassUsage> classes, int index)
    {
        int experts = classes[0].Shares[index].Length;
        Table table = new Table { Border = TableBorder.Simple, Title = new TableTitle($"Load of layer {layer}, percent") }.AddColumn("class");
        for (int expert = 1; expert <= experts; expert++)
            table.AddColumn($"{expert}", static column => column.RightAligned());
        foreach (ClassUsage usage in classes)
            table.AddRow([usage.Name, .. usage.Shares[index].Select(static share => Text("0", 100 * share))]);

        long images = classes.Sum(static usage => usage.Images);
        IEnumerable<double> all = Enumerable.Range(0, experts).Select(expert => classes.Sum(usage => usage.Images * usage.Shares[index][expert]) / images);
        return table.AddRow(["all", .. all.Select(static share => Text("0", 100 * share))]);
    }

    private static string Text(string format, double number) => number.ToString(format, CultureInfo.InvariantCulture);
}
