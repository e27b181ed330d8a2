using Xunit;

namespace MoECompiler.Tests.Models;

/// <summary>What distances in space tell an attention, and vectors that are made of directions.</summary>
public sealed class SpatialTests : IDisposable
{
    private const int Rows = 2, Points = 5;

    private readonly CpuDevice _device = new(2);

    public void Dispose() => _device.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    public void Spatial_ForwardAndGradients_AreTheReference(int rows)
    {
        TestModels.Spatial.AgainstReference(static m => m.Reference, rows, seed: 1);
        TestModels.Spatial.AgainstReference(static m => m.Reference, rows, seed: 2);
    }

    [Fact]
    public void Spatial_Gradients_AreDifferences() => TestModels.Spatial.AgainstDifferences(static m => m.Reference, rows: 3, seed: 3);

    [Fact]
    public void Spatial_OneOrTwoThreads_GivesTheSameBits() => Assert.Equal(TestModels.Spatial.Step(1, 5, 5), TestModels.Spatial.Step(2, 5, 5));

    [Fact]
    public void SpatialModel_New_HasBellsFrom0To3()
    {
        using SpatialModel model = new(new SpatialModelSizes { Gaussians = 500 }, _device);
        model.Initialize(1);
        foreach (Parameter parameter in new[] { model.Structure.Means, model.Structure.Deviations })
        {
            float[] numbers = parameter.Value.ToArray();
            Assert.All(numbers, static number => Assert.InRange(number, 0, 3));
            Assert.InRange(numbers.Average(), 1.35, 1.65);
            Assert.InRange(numbers.Max() - numbers.Min(), 2.9, 3);
        }
    }

    /// <summary>
    /// A step with more bells takes what a row has of them more, forward and backward, not what a pair has: that would be as many times as much as
    /// there are points.
    /// </summary>
    [Fact]
    public void Spatial_ArenaOfAStep_HasNoBellsOfPairs()
    {
        const int places = 48, few = 7, many = 519;
        long more = Peak(many) - Peak(few);
        Assert.InRange(more, 1, 6L * Rows * places * (many - few) * sizeof(float));

        long Peak(int gaussians)
        {
            using SpatialModel model = new(new SpatialModelSizes { Gaussians = gaussians }, _device);
            model.Initialize(1);
            model.AllocateGradients();
            model.Backward(
                _device.New<float>(Rows, places, SpatialModel.Columns), _device.New<float>(Rows, places, 3), _device.New<float>(Rows, places),
                _device.New<float>(Rows, places, SpatialModel.Columns), _device.New<float>(Rows, places, 3), new RandomState(1, 1),
                _device.New<float>(model.Metrics.Sum(static m => m.Count)));
            return model.PeakArenaBytes;
        }
    }

    /// <summary>The published formulas, in the order in which the published code computes them, in double precision.</summary>
    [Fact]
    public void SpatialLayer_Results_AreTheFormulas()
    {
        using SpatialLayer model = new(_device);
        model.Initialize(3);
        Spread(model.Structure.Deviations);
        Sample sample = Sample.Of(4);
        Results<float> found = Run(model, sample);
        Results<double> expected = SpatialDefinition.Of(model, sample);
        Near(expected.Bias, found.Bias, 1e-5);
        Near(expected.Encoding, found.Encoding, 1e-5);
        Near(expected.Published, found.Published, 1e-5);
        Near(expected.Turning, found.Turning, 1e-5);
    }

    /// <summary>Whatever the coordinates of unknown points are, and also where a sample has no known point at all.</summary>
    [Theory]
    [InlineData(0f)]
    [InlineData(1e30f)]
    [InlineData(float.NaN)]
    public void SpatialLayer_UnknownPoints_GetZeroesAndChangeNothing(float coordinate)
    {
        using SpatialLayer model = new(_device);
        model.Initialize(5);
        Sample sample = Sample.Of(6), other = sample with { Coordinates = [.. sample.Coordinates] };
        sample.Known.AsSpan(Points).Clear();
        for (int i = 0; i < sample.Known.Length; i++)
        {
            if (sample.Known[i] == 0)
                other.Coordinates.AsSpan(3 * i, 3).Fill(coordinate);
        }
        Results<float> plain = Run(model, sample), found = Run(model, other);
        Assert.Equal(plain.All, found.All);
        Assert.All(found.All, static number => Assert.True(float.IsFinite(number)));
        for (int i = 0; i < Rows * Points; i++)
        {
            (int row, int point) = Math.DivRem(i, Points);
            if (sample.Known[i] != 0)
                continue;
            Assert.All(found.Encoding[(i * SpatialLayer.Width)..((i + 1) * SpatialLayer.Width)], static number => Assert.Equal(0, number));
            Assert.All(found.Published[(3 * i)..(3 * i + 3)].Concat(found.Turning[(3 * i)..(3 * i + 3)]), static number => Assert.Equal(0, number));
            for (int head = 0; head < SpatialLayer.Heads; head++)
            {
                for (int j = 0; j < Points; j++)
                {
                    int first = (row * SpatialLayer.Heads + head) * Points;
                    Assert.Equal((0, 0), (found.Bias[(first + point) * Points + j], found.Bias[(first + j) * Points + point]));
                }
            }
        }
    }

    /// <summary>Distances do not change, so nothing does but vectors, which turn with the points where all axes have one projection.</summary>
    [Fact]
    public void SpatialLayer_TurnedAndMovedPoints_TurnVectorsAndNothingElse()
    {
        using SpatialLayer model = new(_device);
        model.Initialize(7);
        Spread(model.Structure.Deviations);
        Sample sample = Sample.Of(8);
        double[,] turn = Rotation(0.3, -0.5, 0.7, 0.4);
        float[] moved = Turned(turn, sample.Coordinates), turned = [.. moved];
        for (int i = 0; i < moved.Length; i++)
            moved[i] += i % 3 - 2;
        Results<float> before = Run(model, sample), after = Run(model, sample with { Coordinates = moved });
        Near([.. before.Bias.Select(static x => (double)x)], after.Bias, 1e-5);
        Near([.. before.Encoding.Select(static x => (double)x)], after.Encoding, 1e-5);
        Near([.. Turned(turn, before.Turning).Select(static x => (double)x)], after.Turning, 1e-5);

        // Each axis has a projection of its own as published: moved vectors are the same, turned ones are not.
        Near([.. Run(model, sample with { Coordinates = turned }).Published.Select(static x => (double)x)], after.Published, 1e-5);
        Assert.Contains(Turned(turn, before.Published).Zip(after.Published), static pair => Math.Abs(pair.First - pair.Second) > 0.01);
    }

    [Fact]
    public void ToldEncoder_NothingKnown_GivesTheBitsOfTheUntold()
    {
        using ToldEncoder told = new(_device);
        using UntoldEncoder untold = new(_device);
        told.Initialize(9);
        foreach ((Parameter from, Parameter to) in new[]
        {
            (told.Look.Query, untold.Look.Query), (told.Look.Key, untold.Look.Key), (told.Look.Value, untold.Look.Value), (told.Look.Output, untold.Look.Output),
        })
            to.ValueAs<Half>().CopyFrom(from.ValueAs<Half>().ToArray());
        Sample sample = Sample.Of(10);
        View<float> x = _device.Upload(sample.X, Rows, Points, ToldEncoder.Width);
        View<float> y = _device.New<float>(Rows, Points, ToldEncoder.Width), plain = _device.New<float>(Rows, Points, ToldEncoder.Width);
        told.Forward(x, _device.Upload(sample.Coordinates, Rows, Points, 3), _device.New<float>(Rows, Points), y);
        untold.Forward(x, plain);
        Assert.Equal(plain.ToArray(), y.ToArray());
        told.Forward(x, _device.Upload(sample.Coordinates, Rows, Points, 3), _device.Upload(sample.Known, Rows, Points), y);
        Assert.NotEqual(plain.ToArray(), y.ToArray());
    }

    /// <summary>Of distances whose squares are far above the greatest number of 16 bits.</summary>
    [Fact]
    public void ToldEncoder_In16Bits_KeepsDistancesIn32()
    {
        using ToldEncoder model = new(_device);
        model.Initialize(11);
        Assert.All(model.Parameters.Where(static p => p.Path.StartsWith("Structure.", StringComparison.Ordinal)), static p => Assert.Equal(ElementType.Float32, p.ElementType));
        Assert.Equal(ElementType.Float16, model.Look.Query.ElementType);
        model.AllocateGradients();
        Sample sample = Sample.Of(12);
        for (int i = 0; i < sample.Coordinates.Length; i++)
            sample.Coordinates[i] *= 5_000;
        model.Backward(
            _device.Upload(sample.X, Rows, Points, ToldEncoder.Width), _device.Upload(sample.Coordinates, Rows, Points, 3), _device.Upload(sample.Known, Rows, Points),
            _device.New<float>(Rows, Points, ToldEncoder.Width), new RandomState(1, 1), _device.New<float>(model.Metrics.Sum(static m => m.Count)));
        Assert.All(model.Parameters, static p => Assert.All(p.Gradient.ToArray(), static g => Assert.True(float.IsFinite(g), $"{g}")));
    }

    private Results<float> Run(SpatialLayer model, Sample sample)
    {
        View<float> bias = _device.New<float>(Rows, SpatialLayer.Heads, Points, Points), encoding = _device.New<float>(Rows, Points, SpatialLayer.Width);
        View<float> published = _device.New<float>(Rows, Points, 3), turning = _device.New<float>(Rows, Points, 3);
        model.Forward(
            _device.Upload(sample.X, Rows, Points, SpatialLayer.Width), _device.Upload(sample.Coordinates, Rows, Points, 3), _device.Upload(sample.Known, Rows, Points),
            bias, encoding, published, turning);
        return new Results<float>(bias.ToArray(), encoding.ToArray(), published.ToArray(), turning.ToArray());
    }

    /// <summary>Deviations that are not near 0, where a distance's last bit would be much.</summary>
    private static void Spread(Parameter deviations) => deviations.Value.CopyFrom([.. deviations.Value.ToArray().Select(static s => s + 0.5f)]);

    private static void Near(double[] expected, float[] found, double tolerance)
    {
        Assert.Equal(expected.Length, found.Length);
        for (int i = 0; i < found.Length; i++)
            Assert.True(Math.Abs(expected[i] - found[i]) <= tolerance, $"[{i}]: expected {expected[i]}, found {found[i]}");
    }

    private static float[] Turned(double[,] turn, float[] vectors) => [.. Enumerable.Range(0, vectors.Length).Select(i =>
        (float)Enumerable.Range(0, 3).Sum(k => turn[i % 3, k] * vectors[i / 3 * 3 + k]))];

    /// <summary>That of a quaternion.</summary>
    private static double[,] Rotation(double w, double x, double y, double z)
    {
        double s = 2 / (w * w + x * x + y * y + z * z);
        return new[,]
        {
            { 1 - s * (y * y + z * z), s * (x * y - w * z), s * (x * z + w * y) },
            { s * (x * y + w * z), 1 - s * (x * x + z * z), s * (y * z - w * x) },
            { s * (x * z - w * y), s * (y * z + w * x), 1 - s * (x * x + y * y) },
        };
    }

    internal sealed record Sample(float[] X, float[] Coordinates, float[] Known)
    {
        /// <summary>The first and the last point of each row are unknown, as what begins and ends a sequence is.</summary>
        public static Sample Of(int seed)
        {
            Random random = new(seed);
            return new(
                [.. Enumerable.Range(0, Rows * Points * SpatialLayer.Width).Select(_ => 2 * random.NextSingle() - 1)],
                [.. Enumerable.Range(0, Rows * Points * 3).Select(_ => 4 * random.NextSingle() - 2)],
                [.. Enumerable.Range(0, Rows * Points).Select(static i => i % Points is 0 or Points - 1 ? 0f : 1f)]);
        }
    }

    internal sealed record Results<T>(T[] Bias, T[] Encoding, T[] Published, T[] Turning)
    {
        public T[] All => [.. Bias, .. Encoding, .. Published, .. Turning];
    }
}
