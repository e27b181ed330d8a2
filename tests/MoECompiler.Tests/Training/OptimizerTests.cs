using MoECompiler.Data;
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

    [Theory]
    [MemberData(nameof(Counts))]
    public void Lion_AgreesWithItsFormula(int count)
    {
        Lion optimizer = new() { LearningRate = 0.01, WeightDecay = 0.1, MixDecay = 0.8, MeanDecay = 0.95 };
        double[] mean = new double[count];
        CompareToFormula(optimizer, count, (i, _, value, gradient) =>
        {
            int direction = Math.Sign(0.8 * mean[i] + 0.2 * gradient);
            mean[i] = 0.95 * mean[i] + 0.05 * gradient;
            return value - 0.01 * (direction + 0.1 * value);
        });
    }

    public static TheoryData<string> All => [.. SomeOptimizers.Wide, .. SomeOptimizers.Dynamic];

    [Theory]
    [MemberData(nameof(All))]
    public void Update_AfterTheFirst_AllocatesNothing(string name)
    {
        using CpuDevice device = new(2);
        using VectorModel model = new(device, ("A", 5_000, false), ("B", 5, false));
        Optimizer optimizer = SomeOptimizers.New(name);
        using OptimizerState state = new(optimizer, model);
        model.Randomize(new Random(1));
        long allocated = long.MaxValue;
        // The JIT's first code boxes what its final code does not.
        for (int round = 0; round < 60 && allocated > 0; round++)
        {
            Thread.Sleep(2 * round);
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int step = 0; step < 10; step++)
                state.Update(optimizer.LearningRate);
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }
        Assert.Equal(0, allocated);
    }

    /// <summary>With the rates that the optimizers are known for, and the same for all where they have none.</summary>
    [Theory]
    [InlineData("sgd", 0.5)]
    [InlineData("momentum", 0.1)]
    [InlineData("nesterov", 0.1)]
    [InlineData("adagrad", 0.1)]
    [InlineData("rmsprop", 0.01)]
    [InlineData("rmsprop-momentum", 0.003)]
    [InlineData("adadelta", 30)]
    [InlineData("adam", 0.02)]
    [InlineData("adamw", 0.02)]
    [InlineData("lion", 0.01)]
    public void Fit_SeparableClusters_LearnsThem(string name, double rate)
    {
        using CpuDevice device = new(1);
        using SoftmaxRegression model = new(device, Clusters.Features, Clusters.Classes);
        Optimizer optimizer = SomeOptimizers.New(name);
        using OptimizerState state = new(optimizer, model);
        using DataLoader data = Clusters.Load(device);
        View<float> metrics = device.New<float>(1 + Clusters.Classes);
        for (int step = 0; step < 20 * data.BatchesPerEpoch; step++)
        {
            model.Backward(data.Next(), new RandomState(1, step), metrics);
            state.Update(rate);
        }
        using Evaluator evaluator = new(model, new Accuracy("logits", "labels"));
        Assert.InRange(evaluator.Evaluate(Clusters.Load(device, seed: 2))["accuracy"], 0.95, 1);
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
