using MoECompiler.Ops;

namespace MoECompiler.Tests.Models;

/// <summary>
/// The results of <see cref="SpatialLayer"/> by the published formulas, pair by pair. Sources: papers and code as said at <see cref="StructureBiasAttribute"/>
/// and <see cref="PositionHeadAttribute"/>.
/// </summary>
internal static class SpatialDefinition
{
    private const int Width = SpatialLayer.Width, Heads = SpatialLayer.Heads, Gaussians = SpatialLayer.Gaussians, Size = Width / Heads;

    public static SpatialTests.Results<double> Of(SpatialLayer model, SpatialTests.Sample sample)
    {
        int rows = sample.X.Length / Width, points = 5;
        double[] bias = new double[rows * Heads * points], encoding = new double[rows * Width], published = new double[rows * 3], turning = new double[rows * 3];
        StructureBias structure = model.Structure;
        for (int i = 0; i < rows; i++)
        {
            double[] sums = new double[Gaussians];
            for (int j = 0; j < points && sample.Known[i] > 0; j++)
            {
                int other = i / points * points + j;
                if (sample.Known[other] == 0)
                    continue;
                double distance = Math.Sqrt(Enumerable.Range(0, 3).Sum(c => Math.Pow((double)sample.Coordinates[3 * i + c] - sample.Coordinates[3 * other + c], 2)));
                double[] bells = [.. Enumerable.Range(0, Gaussians).Select(k => Bell(distance, structure.Means.Value.Span[k], structure.Deviations.Value.Span[k]))];
                for (int k = 0; k < Gaussians; k++)
                    sums[k] += bells[k];
                double[] inner = [.. Linear(bells, structure.First, structure.FirstBias).Select(static x => ScalarFunction.Gelu.Evaluate([x]))];
                double[] ofHeads = Linear(inner, structure.Second, structure.SecondBias);
                for (int head = 0; head < Heads; head++)
                    bias[((i / points * Heads + head) * points + i % points) * points + j] = ofHeads[head];
            }
            if (sample.Known[i] > 0)
                Linear(sums, structure.Edges, structure.EdgesBias).CopyTo(encoding, i * Width);
        }
        Vectors(model.Published, sample, bias, points, published);
        Vectors(model.Turning, sample, bias, points, turning);
        return new(bias, encoding, published, turning);
    }

    private static double Bell(double distance, double mean, double spread)
    {
        double deviation = Math.Abs(spread) + 1e-3;
        return Math.Exp(-0.5 * Math.Pow((distance - mean) / deviation, 2)) / (Math.Sqrt(2 * Math.PI) * deviation);
    }

    /// <summary>For each head the shares times unit vectors, times the values, side by side; then a projection for each axis.</summary>
    private static void Vectors(PositionHead head, SpatialTests.Sample sample, double[] bias, int points, double[] y)
    {
        int rows = sample.X.Length / Width;
        double[][] x = [.. Enumerable.Range(0, rows).Select(i => sample.X[(i * Width)..((i + 1) * Width)].Select(static n => (double)n).ToArray())];
        double[][] q = [.. x.Select(row => Linear(row, head.Query, head.QueryBias))], k = [.. x.Select(row => Linear(row, head.Key, head.KeyBias))];
        double[][] v = [.. x.Select(row => Linear(row, head.Value, head.ValueBias))];
        for (int i = 0; i < rows; i++)
        {
            int first = i / points * points;
            double[][] mixed = [new double[Width], new double[Width], new double[Width]];
            for (int h = 0; h < Heads && sample.Known[i] > 0; h++)
            {
                double[] powers = [.. Enumerable.Range(0, points).Select(j => sample.Known[first + j] == 0 ? 0 : Math.Exp(
                    Enumerable.Range(h * Size, Size).Sum(c => q[i][c] * k[first + j][c]) / Math.Sqrt(Size) + bias[((i / points * Heads + h) * points + i % points) * points + j]))];
                for (int j = 0; j < points; j++)
                {
                    double[] difference = [.. Enumerable.Range(0, 3).Select(c => (double)sample.Coordinates[3 * i + c] - sample.Coordinates[3 * (first + j) + c])];
                    double length = Math.Sqrt(difference.Sum(static d => d * d));
                    for (int axis = 0; axis < 3; axis++)
                    {
                        for (int c = h * Size; c < (h + 1) * Size; c++)
                            mixed[axis][c] += powers[j] / powers.Sum() * difference[axis] / (length + 1e-5) * v[first + j][c];
                    }
                }
            }
            for (int axis = 0; axis < 3 && sample.Known[i] > 0; axis++)
            {
                int projection = axis % head.Axes.Value.Extents[0] * Width;
                y[3 * i + axis] = (head.AxesBias?.Value.Span[axis] ?? 0) + mixed[axis].Select((m, c) => m * head.Axes.Value.Span[projection + c]).Sum();
            }
        }
    }

    private static double[] Linear(double[] x, Parameter weight, Parameter bias) => [.. Enumerable.Range(0, (int)bias.Value.Count).Select(row =>
        bias.Value.Span[row] + x.Select((number, column) => number * weight.Value.Span[row * x.Length + column]).Sum())];
}
