using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using Xunit;

namespace MoECompiler.Tests.Models;

/// <summary>The first lines of a generated file state what its methods need of the arena.</summary>
public partial class ArenaFigureTests
{
    [Fact]
    public void ArenaFigure_OfForward_IsThePeak()
    {
        foreach ((int rows, long bytes) in Figures("RoutedModel.Forward.g.cs", "RoutedModel.Forward"))
        {
            using CpuDevice device = new(2);
            using RoutedModel model = new(device);
            model.Initialize(1);
            model.Forward(device.New<float>(rows, 11), device.New<float>(rows, 3));
            Assert.Equal(bytes, model.PeakArenaBytes);
        }
    }

    [Fact]
    public void ArenaFigure_OfATrainingStep_IsThePeak()
    {
        foreach ((int rows, long bytes) in Figures("RoutedModel.Train.g.cs", "RoutedModel.Train"))
        {
            using CpuDevice device = new(2);
            using RoutedModel model = new(device);
            model.Initialize(1);
            model.AllocateGradients();
            model.Backward(
                device.New<float>(rows, 11), device.New<int>(rows), new RandomState(1, 1), device.New<float>(model.Metrics.Sum(static m => m.Count)));
            Assert.Equal(bytes, model.PeakArenaBytes);
        }
    }

    /// <summary>The figures of a method, each for a number of rows.</summary>
    private static List<(int Rows, long Bytes)> Figures(string file, string method)
    {
        string folder = typeof(ArenaFigureTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(static a => a.Key == "GeneratedFiles").Value!;
        string path = Directory.EnumerateFiles(folder, "*" + file, SearchOption.AllDirectories).Single();
        string line = File.ReadLines(path).First(l => l.StartsWith($"// {method}:", StringComparison.Ordinal));
        List<(int, long)> figures = [.. Figure().Matches(line).Select(static m =>
            (int.Parse(m.Groups["rows"].Value, CultureInfo.InvariantCulture), long.Parse(m.Groups["bytes"].Value, NumberStyles.AllowThousands, CultureInfo.InvariantCulture)))];
        Assert.Equal(3, figures.Count);
        return figures;
    }

    [GeneratedRegex(@"(?<bytes>[\d,]+) bytes at B = (?<rows>\d+)")]
    private static partial Regex Figure();
}
