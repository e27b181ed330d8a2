using MoECompiler.Training;
using Xunit;

namespace MoECompiler.Tests.Training;

/// <summary>State in 8 bits.</summary>
public class DynamicStateTests
{
    private const int Count = UpdateBlock.MaximumCount + 300;

    /// <summary>The map as bitsandbytes makes it, of boundaries and their means.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Tables_AreTheDynamicMap(bool isSigned)
    {
        List<double> expected = [0, 1];
        for (int i = 0; i < 7; i++)
        {
            int boundaries = (isSigned ? 1 << i : 2 << i) + 1;
            double[] linear = [.. Enumerable.Range(0, boundaries).Select(k => 0.1 + 0.9 * k / (boundaries - 1))];
            for (int k = 0; k + 1 < boundaries; k++)
            {
                double mean = (linear[k] + linear[k + 1]) / 2 * Math.Pow(10, i - 6);
                expected.AddRange(isSigned ? [mean, -mean] : [mean]);
            }
        }
        expected.Sort();
        Assert.Equal(256, expected.Count);
        ReadOnlySpan<float> levels = DynamicCodes.Tables.AsSpan(isSigned ? 0 : DynamicCodes.SquareTables, 256);
        for (int i = 0; i < 256; i++)
            Assert.Equal((float)expected[i], levels[i], 1e-9f);
    }

    public static TheoryData<string> Names => [.. SomeOptimizers.Dynamic];

    /// <summary>
    /// Each step in double from what was stored before it: values agree as those of 32 bits do, and codes are of the nearest level, but for the
    /// few that lie between two.
    /// </summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void Update_EachStep_IsTheFormulaAndTheNearestLevels(string name)
    {
        using CpuDevice device = new(2);
        using VectorModel model = new(device, ("Weight", Count, false)), wide = new(device, ("Weight", Count, false));
        Optimizer optimizer = SomeOptimizers.New(name);
        using OptimizerState state = new(optimizer, model), plain = new(SomeOptimizers.New(name[..^2]), wide);
        Random random = new(5);
        model.Randomize(random);
        for (int step = 0; step < 6; step++)
        {
            // A step of 32 bits from the numbers that the codes stand for.
            wide["Weight"].Value.CopyFrom(model["Weight"].Value.ToArray());
            wide["Weight"].Gradient.CopyFrom(model["Weight"].Gradient.ToArray());
            foreach ((StateTensor coded, StateTensor floats) in state.Trained[0].State.Zip(plain.Trained[0].State))
                floats.Value.CopyFrom(Decoded(coded));
            state.Update(optimizer.LearningRate);
            plain.Update(optimizer.LearningRate);
            Assert.Equal(wide["Weight"].Value.ToArray(), model["Weight"].Value.ToArray());
            foreach ((StateTensor coded, StateTensor floats) in state.Trained[0].State.Zip(plain.Trained[0].State))
                CheckNearest(coded, floats.Value.ToArray());
            foreach (ref float gradient in model["Weight"].Gradient.Span)
                gradient = (random.NextSingle() - 0.5f) * MathF.Pow(10, -4 * random.NextSingle());
        }
    }

    [Fact]
    public void Bytes_AreAQuarterOfThoseOfFloats()
    {
        using CpuDevice device = new(1);
        using VectorModel model = new(device, ("Weight", 100_000, false));
        using OptimizerState wide = new(new AdamW(), model), narrow = new(new AdamW { StateFormat = StateFormat.Dynamic8 }, model);
        Assert.Equal(2 * 4 * 100_000, wide.Bytes);
        Assert.InRange(narrow.Bytes, 2 * 100_000, 2 * 102_000);
    }

    [Fact]
    public void SmallParameters_KeepFloats()
    {
        using CpuDevice device = new(1);
        using VectorModel model = new(device, ("A", DynamicCodes.MinimumCount - 1, false), ("B", DynamicCodes.MinimumCount, false));
        using OptimizerState state = new(new AdamW { StateFormat = StateFormat.Dynamic8 }, model);
        Assert.Equal([false, true], state.Trained.Select(static item => item.IsDynamic));
    }

    /// <summary>A gradient a millionth of its block's greatest is not divided by a root of 0: steps are at most twice as long as those of state of 32 bits,
    /// where the levels of a block are far apart; a root of 0 would make them 31 times as long.</summary>
    [Fact]
    public void AdamW_GradientsOfManySizes_StepsAreBounded()
    {
        using CpuDevice device = new(1);
        using VectorModel model = new(device, ("Weight", 4096, false));
        using OptimizerState state = new(new AdamW { WeightDecay = 0, StateFormat = StateFormat.Dynamic8 }, model);
        model.AllocateGradients();
        for (int i = 0; i < 4096; i++)
            model["Weight"].Gradient.Span[i] = MathF.Pow(10, -(i % 256) / 32f);
        for (int step = 0; step < 50; step++)
            state.Update(1e-3);
        foreach (float weight in model["Weight"].Value.Span)
            Assert.InRange(weight, -50 * 1e-3f * 2, 0);
    }

    private static float[] Decoded(StateTensor state)
    {
        (byte[] codes, float[] scales) = (state.Codes.ToArray(), state.Scales.ToArray());
        float[] numbers = new float[codes.Length];
        for (int i = 0; i < numbers.Length; i++)
        {
            float level = DynamicCodes.Tables[(state.Kind.IsSquare ? DynamicCodes.SquareTables : 0) + codes[i]] * scales[i / DynamicCodes.Block];
            numbers[i] = state.Kind.IsSquare ? level * level : level;
        }
        return numbers;
    }

    private static void CheckNearest(StateTensor state, float[] wanted)
    {
        (byte[] codes, float[] scales) = (state.Codes.ToArray(), state.Scales.ToArray());
        float[] levels = [.. DynamicCodes.Tables.AsSpan(state.Kind.IsSquare ? DynamicCodes.SquareTables : 0, DynamicCodes.Levels)];
        for (int i = 0; i < wanted.Length; i++)
        {
            int block = i / DynamicCodes.Block;
            double number = state.Kind.IsSquare ? Math.Sqrt(wanted[i]) : wanted[i];
            if (i % DynamicCodes.Block == 0)
            {
                double greatest = wanted.Skip(i).Take(DynamicCodes.Block).Max(w => state.Kind.IsSquare ? Math.Sqrt(w) : Math.Abs(w));
                Assert.Equal(greatest, scales[block], 1e-6 * greatest);
            }
            double chosen = Math.Abs(levels[codes[i]] * (double)scales[block] - number);
            double nearest = levels.Where(level => !state.Kind.IsSquare || level > 0 || number == 0).Min(level => Math.Abs(level * (double)scales[block] - number));
            Assert.True(chosen <= nearest + 1e-6 * scales[block], $"{state.Kind.Name}[{i}]: {chosen} from the level chosen, {nearest} from the nearest");
        }
    }
}
