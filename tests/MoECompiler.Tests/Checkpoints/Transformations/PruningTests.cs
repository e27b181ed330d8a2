using MoECompiler.Checkpoints;
using Xunit;

namespace MoECompiler.Tests.Checkpoints.Transformations;

/// <summary>Weights with zeroes, and convolutions with fewer filters.</summary>
public class PruningTests
{
    [Fact]
    public void WeightPruning_OfATensorOrOfRows_TakesTheSmallest()
    {
        Weight weight = new(new Extents(2, 4), [4, -1, 0.5f, 3, -0.1f, 0.2f, 0.3f, -0.4f]);
        WeightPruning half = new(0.5);
        Assert.Equal([4, -1, 0.5f, 3, 0, 0, 0, 0], half.ByMagnitude(weight).Elements.ToArray());
        Assert.Equal([4, 0, 0, 3, 0, 0, 0.3f, -0.4f], half.ByMagnitudeOfRows(weight).Elements.ToArray());
        Assert.Equal(0.5, WeightPruning.SparsityOf(half.ByMagnitudeOfRows(weight)));
        Assert.Equal(weight.Elements.ToArray(), new WeightPruning(0).ByMagnitude(weight).Elements.ToArray());
        Assert.Throws<ArgumentException>(() => new WeightPruning(1).ByMagnitude(weight));
    }

    /// <summary>The published example in small: a weight of a long column stays although it is small; and the sum over inputs changes less than by magnitude alone.</summary>
    [Fact]
    public void WeightPruning_ByWanda_WeighsColumnsByTheirInputs()
    {
        Weight weight = new(new Extents(2, 4), [4, -1, 0.5f, 3, -0.1f, 0.2f, 0.3f, -0.4f]);
        Assert.Equal([0, -1, 0.5f, 0, 0, 0.2f, 0.3f, 0], new WeightPruning(0.5).ByWanda(weight, [0.1, 10, 10, 0.1]).Elements.ToArray());
        Assert.Equal([5, 1], WeightPruning.InputLengths([3, 1, -4, 0], 2));
        Assert.Throws<ArgumentException>(() => new WeightPruning(0.5).ByWanda(weight, [1, 2]));
        Assert.Throws<ArgumentException>(static () => WeightPruning.InputLengths([1, 2, 3], 2));

        Random random = new(1);
        const int rows = 200, columns = 32, outputs = 16;
        float[] x = [.. Enumerable.Range(0, rows * columns).Select(i => (float)((random.NextDouble() - 0.5) * Math.Pow(10, i % columns % 4)))];
        Weight matrix = new(new Extents(outputs, columns), [.. Enumerable.Range(0, outputs * columns).Select(_ => random.NextSingle() - 0.5f)]);
        double byMagnitude = Error(new WeightPruning(0.5).ByMagnitudeOfRows(matrix)), byWanda = Error(new WeightPruning(0.5).ByWanda(matrix, WeightPruning.InputLengths(x, columns)));
        Assert.True(byWanda < 0.2 * byMagnitude, $"{byWanda} of {byMagnitude}");

        double Error(Weight pruned)
        {
            double sum = 0;
            for (int row = 0; row < rows; row++)
            {
                for (int o = 0; o < outputs; o++)
                {
                    double difference = 0;
                    for (int i = 0; i < columns; i++)
                        difference += x[row * columns + i] * (matrix.Elements[o * columns + i] - pruned.Elements[o * columns + i]);
                    sum += difference * difference;
                }
            }
            return sum;
        }
    }

    /// <summary>Of filters that are 0 nothing is missing in the smaller model, whose weights are as many fewer as its declaration says.</summary>
    [Fact]
    public void FilterPruning_OfDeadFilters_IsTheSmallerModel()
    {
        using CpuDevice device = new(1);
        using FilterModel whole = new(device), small = new(new FilterModelSizes { Filters = 4 }, device);
        whole.Initialize(1);
        int[] dead = [1, 2, 6];
        foreach (int filter in dead)
        {
            whole.First.Weight.Value.At(filter).Span.Clear();
            whole.First.Bias!.Value.Span[filter] = 0;
        }
        WeightSet weights = WeightSet.Of(whole);
        Assert.Equal([0, 3, 4, 5], new FilterPruning(4).Apply(weights, "First", "Second", "Head"));
        weights.CopyTo(small);
        Assert.Equal(3 * (2 * 9 + 1 + 3 * 9 + 16 * 2), whole.Parameters.Sum(static p => p.Count) - small.Parameters.Sum(static p => p.Count));

        View<float> x = device.New<float>(3, 4, 4, 2), expected = device.New<float>(3, 2), found = device.New<float>(3, 2);
        for (int i = 0; i < x.Count; i++)
            x.Span[i] = MathF.Sin(i);
        whole.Forward(x, expected);
        small.Forward(x, found);
        for (int i = 0; i < expected.Count; i++)
            Assert.Equal(expected.Span[i], found.Span[i], 1e-6f);
    }

    [Fact]
    public void FilterPruning_OfWhatDoesNotFit_IsNamed()
    {
        using CpuDevice device = new(1);
        using FilterModel model = new(device);
        model.Initialize(1);
        WeightSet weights = WeightSet.Of(model);
        Assert.Equal("8 of 7 filters cannot stay.", Assert.Throws<ArgumentException>(() => new FilterPruning(8).Apply(weights, "First")).Message);
        Assert.Throws<CheckpointException>(() => new FilterPruning(2).Apply(weights, "First", "Third"));
        Assert.StartsWith("First.weight", Assert.Throws<ShapeException>(() => new FilterPruning(2).Apply(weights, "Second", "First")).Message);
        Assert.Equal(7, weights["First.weight"].Extents[0]);
    }
}

/// <summary>A convolution that another one and a linear layer read.</summary>
[Model]
public sealed partial class FilterModel
{
    [Size] public const int Filters = 7;

    [Convolution(2, Filters, 3, Padding = 1)]
    public partial Convolution First { get; }

    [Convolution(Filters, 3, 3, Padding = 1)]
    public partial Convolution Second { get; }

    [Linear(4 * 4 * Filters, 2)]
    public partial Linear Head { get; }

    [Linear(4 * 4 * 3, 2)]
    public partial Linear Tail { get; }

    [Forward]
    public Tensor Forward([Shape("B", 4, 4, 2)] Tensor x)
    {
        Tensor y = First.Forward(x).Relu();
        return Head.Forward(y.Reshape(-1, 4 * 4 * Filters)) + Tail.Forward(Second.Forward(y).Relu().Reshape(-1, 4 * 4 * 3));
    }
}
