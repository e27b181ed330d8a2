using CsCheck;
using MoECompiler.Tests.Ops;
using Xunit;

namespace MoECompiler.Tests.Quantization;

public sealed class Nf4Tests : IDisposable
{
    /// <summary>The published levels have seven digits, and an element is rounded once or twice.</summary>
    private const double Tolerance = 2e-7;

    private static readonly Gen<int> s_extent = Gen.Frequency((1, Gen.Const(1)), (4, Gen.Int[1, 30]), (4, Gen.Int[60, 200]));

    private readonly CpuDevice _device = new(1);

    public void Dispose() => _device.Dispose();

    [Fact]
    public void Levels_ArePublishedOnes()
    {
        Assert.Equal(16, Nf4.Levels.Length);
        foreach ((double published, float level) in Nf4Oracle.Levels.Zip(Nf4.Levels.ToArray()))
            Assert.Equal(published, level, 6e-8);
        Assert.Equal(0, Nf4.Levels[Nf4.ZeroCode]);
        for (int code = 0; code < 16; code++)
            Assert.Equal(code, Nf4.Encode(Nf4.Levels[code]));
    }

    [Fact]
    public void Bytes_OfAnyMatrix_ReadAsTheDefinitionSays() => Gen.Select(s_extent, s_extent, Gen.Int[0, 1_000]).Sample(
        (rows, columns, seed) =>
        {
            float[] numbers = Numbers(seed, rows * columns);
            Nf4View view = Stored(numbers, rows, columns);
            double[] expected = Nf4Oracle.Read(BytesOf(view), rows, columns);
            Close(expected, ((FloatView)view).ToArray());
            View<float> decoded = _device.New<float>(rows, columns);
            MoECompiler.Ops.Kernels.Convert(_device, view, decoded);
            Assert.Equal(((FloatView)view).ToArray(), decoded.ToArray());
        },
        iter: 100, threads: 1);

    /// <summary>Each code stands for the level that is nearest to the element over its block's greatest magnitude, and constants lose little.</summary>
    [Fact]
    public void Elements_OfAnyMatrix_AreTheNearestLevels() => Gen.Select(s_extent, s_extent, Gen.Int[0, 1_000]).Sample(
        (rows, columns, seed) =>
        {
            float[] numbers = Numbers(seed, rows * columns), found = ((FloatView)Stored(numbers, rows, columns)).ToArray();
            double mean = Enumerable.Range(0, numbers.Length).Average(i => Nf4Oracle.ConstantOf(numbers, columns, i));
            double spread = Enumerable.Range(0, numbers.Length).Max(i => Math.Abs(Nf4Oracle.ConstantOf(numbers, columns, i) - mean));
            for (int i = 0; i < numbers.Length; i++)
            {
                double constant = Nf4Oracle.ConstantOf(numbers, columns, i);
                double level = Nf4Oracle.Nearest(numbers[i] / constant);
                // Levels of constants are 0.014 apart at most, of the greatest distance, which is a little more than to the mean of elements.
                Assert.True(Math.Abs(found[i] - level * constant) <= 0.02 * spread + 1e-5 * constant, $"{i} of {rows} x {columns}: {found[i]} for {numbers[i]}");
            }
        },
        iter: 100, threads: 1);

    /// <summary>The yardsticks of the paper's format, and of evenly spaced levels beside it.</summary>
    [Fact]
    public void RelativeError_OnNormalNumbers_IsThePublishedOne()
    {
        const int rows = 2_048, columns = 512;
        float[] numbers = Numbers(7, rows * columns), found = ((FloatView)Stored(numbers, rows, columns)).ToArray();
        double square = numbers.Sum(static x => (double)x * x);
        double error = Math.Sqrt(numbers.Zip(found).Sum(static p => Square((double)p.First - p.Second)) / square);
        Assert.InRange(error, 0.0910, 0.0930);

        double even = 0;
        for (int from = 0; from < numbers.Length; from += 64)
        {
            double constant = Nf4Oracle.ConstantOf(numbers, columns, from);
            for (int i = from; i < from + 64; i++)
                even += Square(numbers[i] - Math.Round(numbers[i] / constant * 7) / 7 * constant);
        }
        Assert.InRange(Math.Sqrt(even / square), 0.1064, 0.1084);

        static double Square(double x) => x * x;
    }

    [Fact]
    public void Bytes_OfAWideMatrix_Are4127BitsAThousandElements()
    {
        const int rows = 4_096, columns = 4_096;
        double bits = 8.0 * Nf4View.BytesOf(new Extents(rows, columns)) / ((double)rows * columns);
        Assert.Equal(4 + 8.0 / 64 + 32.0 / (64 * 256), bits, 2e-5);
        Assert.Equal(4.127, bits, 0.0005);
        Assert.Equal(4.5, 4 + 32.0 / Nf4.Block);
        // Rows that end within a block, and within a word of codes.
        Assert.Equal(3 * 12 + 4 + 4 + 3 + 1, Nf4View.BytesOf(new Extents(3, 17)));
        Assert.Equal(5 * Nf4View.BytesOf(new Extents(7, 65)), Nf4View.BytesOf(new Extents(5, 7, 65)));
    }

    [Theory]
    [InlineData(0f)]
    [InlineData(3.25f)]
    [InlineData(-1e-30f)]
    [InlineData(1e-42f)]
    [InlineData(float.MaxValue)]
    public void Matrix_OfOneNumber_IsThatNumber(float number)
    {
        float[] numbers = [.. Enumerable.Repeat(number, 5 * 67)];
        Assert.Equal(numbers, ((FloatView)Stored(numbers, 5, 67)).ToArray());
    }

    [Fact]
    public void Zeroes_AmongOtherBlocks_StayZero()
    {
        float[] numbers = Numbers(3, 9 * 64);
        numbers.AsSpan(64, 128).Clear();
        float[] found = ((FloatView)Stored(numbers, 9, 64)).ToArray();
        Assert.All(found.AsSpan(64, 128).ToArray(), static x => Assert.Equal(0, x));
        Assert.All(found.Zip(numbers), static p => Assert.True(Math.Sign(p.First) * Math.Sign(p.Second) >= 0));
    }

    /// <summary>One large number takes its block's precision, not that of the other blocks under its scale.</summary>
    [Fact]
    public void LargeNumber_InOneBlock_LeavesTheOthersTheirs()
    {
        float[] numbers = Numbers(4, 100 * 64);
        numbers[4] = 50;
        float[] found = ((FloatView)Stored(numbers, 100, 64)).ToArray();
        double error = Math.Sqrt(numbers.Zip(found).Skip(64).Sum(static p => Math.Pow(p.First - p.Second, 2)) / numbers.Skip(64).Sum(static x => (double)x * x));
        Assert.Equal(50, found[4], 0.05);
        Assert.InRange(error, 0.08, 0.11);
    }

    [Theory]
    [InlineData(float.NaN, "NaN")]
    [InlineData(float.PositiveInfinity, "∞")]
    [InlineData(float.NegativeInfinity, "-∞")]
    public void NumberWithoutACode_IsNamed(float number, string text)
    {
        float[] numbers = new float[3 * 70];
        numbers[75] = number;
        ArgumentException error = Assert.Throws<ArgumentException>(() => Stored(numbers, 3, 70));
        Assert.StartsWith($"Element 75 of a matrix is {text}, for which 4 bits have no code.", error.Message.Replace("Infinity", "∞"));
    }

    [Fact]
    public void Matrices_OfAStack_AreEachByItself()
    {
        float[] numbers = Numbers(5, 3 * 5 * 66);
        for (int i = 0; i < numbers.Length; i++)
            numbers[i] *= 1 + 100 * (i / (5 * 66));
        Nf4View stack = Stored(numbers, 3, 5, 66);
        for (int matrix = 0; matrix < 3; matrix++)
        {
            Nf4View alone = Stored(numbers.AsSpan(matrix * 5 * 66, 5 * 66).ToArray(), 5, 66);
            Assert.Equal(BytesOf(alone), BytesOf(stack.At(matrix)));
        }
        Assert.Throws<ShapeException>(() => stack.At(3));
        Assert.Throws<ShapeException>(() => stack.At(0).At(0));
    }

    [Fact]
    public void Bytes_OfTheSameNumbers_AreTheSame()
    {
        float[] numbers = Numbers(6, 13 * 130);
        Assert.Equal(BytesOf(Stored(numbers, 13, 130)), BytesOf(Stored(numbers, 13, 130)));
    }

    private Nf4View Stored(float[] numbers, params int[] extents)
    {
        Extents shape = new(extents);
        Nf4View view = new(_device.Allocate(Nf4View.BytesOf(shape)), 0, shape);
        ((FloatView)view).CopyFrom(numbers);
        return view;
    }

    private static byte[] BytesOf(Nf4View view)
    {
        List<byte> bytes = [];
        ((FloatView)view).ReadBytes(some => bytes.AddRange(some));
        Assert.Equal(view.Bytes, bytes.Count);
        return [.. bytes];
    }

    private static float[] Numbers(int seed, int count) => new Source(seed).Normal(count).Floats;

    private static void Close(double[] expected, float[] found)
    {
        Assert.Equal(expected.Length, found.Length);
        double scale = expected.Max(Math.Abs);
        for (int i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], found[i], Tolerance * scale);
    }
}
