using MoECompiler.Training;
using Xunit;

namespace MoECompiler.Tests.Training;

/// <summary>Optimizers against their formulas in double precision.</summary>
public class OptimizerTests
{
    private const int Steps = 20;

    /// <summary>Counts around a register, around a block, and one element.</summary>
    public static TheoryData<int> Counts => [1, 7, 64, UpdateBlock.MaximumCount - 1, UpdateBlock.MaximumCount + 17];

    [Theory]
    [MemberData(nameof(Counts))]
    public void AdamW_AgreesWithItsFormula(int count)
    {
        AdamW optimizer = new() { LearningRate = 0.01, WeightDecay = 0.1, MeanDecay = 0.8, SquareDecay = 0.95 };
        double[] mean = new double[count], square = new double[count];
        CompareToFormula(optimizer, count, (i, step, value, gradient) =>
        {
            mean[i] = 0.8 * mean[i] + 0.2 * gradient;
            square[i] = 0.95 * square[i] + 0.05 * gradient * gradient;
            double corrected = mean[i] / (1 - Math.Pow(0.8, step)) / (Math.Sqrt(square[i] / (1 - Math.Pow(0.95, step))) + 1e-8);
            return value - 0.01 * 0.1 * value - 0.01 * corrected;
        });
    }

    [Theory]
    [MemberData(nameof(Counts))]
    public void Sgd_AgreesWithItsFormula(int count)
    {
        Sgd optimizer = new() { LearningRate = 0.05, WeightDecay = 0.1 };
        CompareToFormula(optimizer, count, static (_, _, value, gradient) => value - 0.05 * (gradient + 0.1 * value));
    }

    [Theory]
    [InlineData(7, false)]
    [InlineData(7, true)]
    [InlineData(UpdateBlock.MaximumCount + 17, false)]
    [InlineData(UpdateBlock.MaximumCount + 17, true)]
    public void Momentum_AgreesWithItsFormula(int count, bool nesterov)
    {
        Sgd optimizer = new() { LearningRate = 0.05, WeightDecay = 0.1, Momentum = 0.9, Nesterov = nesterov };
        double[] momentum = new double[count];
        CompareToFormula(optimizer, count, (i, _, value, gradient) =>
        {
            gradient += 0.1 * value;
            momentum[i] = 0.9 * momentum[i] + gradient;
            return value - 0.05 * (nesterov ? gradient + 0.9 * momentum[i] : momentum[i]);
        });
    }

    [Fact]
    public void Update_AnyNumberOfThreads_GivesTheSameBits()
    {
        byte[][] results = [.. new[] { 1, 2, 5 }.Select(static threads =>
        {
            using CpuDevice device = new(threads);
            using VectorModel model = new(device, ("A", 100_003, false), ("B", 5, false));
            using OptimizerState state = new(new AdamW(), model);
            Random random = new(1);
            for (int step = 0; step < 3; step++)
            {
                model.Randomize(random);
                state.Update(1e-3, GradientClip.Scale(state.GradientNorm(), 1));
            }
            return TrainerTests.Bits(model);
        })];
        Assert.Equal(results[0], results[1]);
        Assert.Equal(results[0], results[2]);
    }

    /// <summary>Twenty steps of random gradients; floats may err by some ulp of the largest weight a step.</summary>
    private static void CompareToFormula(Optimizer optimizer, int count, Func<int, int, double, double, double> formula)
    {
        const double Scale = 0.5;
        using CpuDevice device = new(2);
        using VectorModel model = new(device, ("Weight", count, false));
        using OptimizerState state = new(optimizer, model);
        Random random = new(count);
        model.Randomize(random);
        double[] expected = [.. model["Weight"].Value.Span.ToArray().Select(static value => (double)value)];
        float[] values = model["Weight"].Value.Span.ToArray();
        for (int step = 1; step <= Steps; step++)
        {
            values.CopyTo(model["Weight"].Value.Span);
            state.Update(optimizer.LearningRate, Scale);
            model["Weight"].Value.Span.CopyTo(values);
            for (int i = 0; i < count; i++)
                expected[i] = formula(i, step, expected[i], Scale * model["Weight"].Gradient.Span[i]);
            model.Randomize(random);
        }
        for (int i = 0; i < count; i++)
            Assert.Equal(expected[i], values[i], 2e-6 * Math.Max(1, Math.Abs(expected[i])));
    }
}
