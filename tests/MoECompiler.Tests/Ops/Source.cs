namespace MoECompiler.Tests.Ops;

/// <summary>Where the elements of a test's operands come from: the same seed gives the same.</summary>
public sealed class Source(int seed)
{
    private readonly Random _random = new(seed);

    /// <summary>Elements of N(0, 1).</summary>
    public TestTensor Normal(params int[] shape) => Fill(shape, () =>
    {
        double radius = Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble()));
        return (float)(radius * Math.Cos(2 * Math.PI * _random.NextDouble()));
    });

    /// <summary>Elements of U(low, high).</summary>
    public TestTensor Uniform(float low, float high, params int[] shape) => Fill(shape, () => low + (high - low) * _random.NextSingle());

    /// <summary>Rows of positive elements that add up to 1: what a softmax gives.</summary>
    public TestTensor Shares(int rows, int columns)
    {
        TestTensor shares = Normal(rows, columns);
        for (int row = 0; row < rows; row++)
        {
            double sum = 0;
            for (int i = row * columns; i < (row + 1) * columns; i++)
                sum += Math.Exp(shares.Floats[i]);
            for (int i = row * columns; i < (row + 1) * columns; i++)
                shares.Floats[i] = (float)(Math.Exp(shares.Floats[i]) / sum);
        }
        return shares;
    }

    /// <summary>Integers from 0 to below <paramref name="bound"/>.</summary>
    public TestTensor Indices(int bound, params int[] shape) => IndicesFrom(0, bound, shape);

    /// <summary>Integers from <paramref name="low"/> to below <paramref name="bound"/>.</summary>
    public TestTensor IndicesFrom(int low, int bound, params int[] shape) =>
        TestTensor.I32(shape, [.. Enumerable.Range(0, Count(shape)).Select(_ => _random.Next(low, bound))]);

    /// <summary>Rows of a table as a RowOrder lists them, and the places where they were read.</summary>
    public (TestTensor Rows, TestTensor Order) RowsRead(int bound, int count)
    {
        int[] numbers = Indices(bound, count).Integers;
        int[] order = [.. Enumerable.Range(0, count).OrderBy(place => numbers[place])];
        int[] rows = [.. order.Select((place, i) => i > 0 && numbers[order[i - 1]] == numbers[place] ? -1 : numbers[place])];
        return (TestTensor.I32([count], rows), TestTensor.I32([count], order));
    }

    /// <summary>Different integers from 0 to below <paramref name="bound"/> in each row: what a router chooses.</summary>
    public TestTensor Choices(int rows, int count, int bound)
    {
        int[] chosen = new int[rows * count];
        int[] all = [.. Enumerable.Range(0, bound)];
        for (int row = 0; row < rows; row++)
        {
            _random.Shuffle(all);
            all.AsSpan(0, count).CopyTo(chosen.AsSpan(row * count));
        }
        return TestTensor.I32([rows, count], chosen);
    }

    /// <summary>The same, where one slot in four has no expert.</summary>
    public TestTensor Slots(int rows, int count, int bound)
    {
        TestTensor chosen = Choices(rows, count, bound);
        return TestTensor.I32([rows, count], [.. chosen.Integers.Select(expert => _random.Next(4) == 0 ? -1 : expert)]);
    }

    private static TestTensor Fill(int[] shape, Func<float> next) =>
        TestTensor.F32(shape, [.. Enumerable.Range(0, Count(shape)).Select(_ => next())]);

    private static int Count(int[] shape) => shape.Aggregate(1, static (a, b) => a * b);
}
