using MoECompiler.Data;
using MoECompiler.Training;
using Xunit;

namespace MoECompiler.Tests.Models;

/// <summary>What is lost, what grows, and what is measured of experts that choose.</summary>
public sealed class GrownModelTests : IDisposable
{
    private readonly CpuDevice _device = new(2);

    public void Dispose() => _device.Dispose();

    [Fact]
    public void Grown_ForwardAndGradients_AreTheReference()
    {
        foreach (int rows in (int[])[1, 5, 19])
            TestModels.Grown.AgainstReference(static m => m.Reference, rows, seed: rows);
        TestModels.Grown.AgainstDifferences(static m => m.Reference, rows: 5, seed: 3);
        Assert.Equal(TestModels.Grown.Step(1, 9, 5), TestModels.Grown.Step(2, 9, 5));
    }

    /// <summary>A branch stays where it is not drawn, with 1 - p, or where all of G are and it is the best of them, with p^G / G.</summary>
    [Fact]
    public void Branches_InTraining_GoTogetherAsOftenAsSaidAndNeverAll()
    {
        const int Rows = 5_000, Groups = GrownModel.Groups;
        using BranchedModel model = new(_device);
        model.Initialize(1);
        model.AllocateGradients();
        Batch batch = TestModels.Batch(("x", TestModels.Floats(new Random(2), Rows, BranchedModel.Width)));
        View<float> metrics = _device.New<float>(model.Metrics.Sum(static m => m.Count));
        model.Backward(batch, new RandomState(3, 4), metrics);
        float[] load = Metric(model, metrics, "Tree.load");
        double stays = 1 - GrownModel.BranchDropout + (Math.Pow(GrownModel.BranchDropout, Groups) / Groups), deviation = Math.Sqrt(Rows * stays * (1 - stays));
        for (int e = 0; e < load.Length; e += 2)
        {
            Assert.Equal(load[e], load[e + 1]);
            Assert.InRange(load[e], (Rows * stays) - (4 * deviation), (Rows * stays) + (4 * deviation));
        }

        // Of one row that could lose all at once something is left, and what is left adds up to 1.
        for (int step = 0; step < 100; step++)
        {
            model.Backward(TestModels.Batch(("x", TestModels.Floats(new Random(2), 1, BranchedModel.Width))), new RandomState(5, step), metrics);
            Assert.InRange(Metric(model, metrics, "Tree.load").Sum(), 2, GrownModel.Experts);
        }
    }

    [Fact]
    public void Branches_OutsideOfTraining_AreAllThere()
    {
        using BranchedModel model = new(_device);
        model.Initialize(1);
        Assert.All(Metric(model, Evaluate(model, TestModels.Floats(new Random(2), 7, BranchedModel.Width)), "Tree.load"), static rows => Assert.Equal(7, rows));
    }

    [Fact]
    public void GrowingTopK_IsLinearInStepsAndWholeOutsideOfTraining()
    {
        const int Rows = 3, Length = 4;
        using GrownModel model = new(_device);
        model.Initialize(1);
        model.AllocateGradients();
        Batch batch = TestModels.Batch(
            ("features", TestModels.Floats(new Random(2), Rows, Length, GrownModel.Columns)), ("target", TestModels.Floats(new Random(3), Rows, Length, GrownModel.Width)));
        View<float> metrics = _device.New<float>(model.Metrics.Sum(static m => m.Count));
        for (int step = 0; step < 12; step++)
        {
            model.Backward(batch, new RandomState(1, step), metrics);
            // From 2 to 6 in 8 steps.
            int k = Math.Min(2 + (step / 2), GrownModel.Experts);
            Assert.Equal(Rows * Length * k, Metric(model, metrics, "Growing.load").Sum());
            Assert.Equal(k, Metric(model, metrics, "Growing.experts")[0]);
        }
        Assert.True(model.Growing.Router.IsFrozen);
        Assert.DoesNotContain(model.Growing.Router, new OptimizerState(new AdamW(), model).TrainedParameters);
    }

    /// <summary>Where all rows score alike the experts all take the first ones.</summary>
    [Fact]
    public void ExpertChoice_OfEqualScores_CoversTheFirstRowsAlone()
    {
        using BranchedModel model = new(_device);
        model.Initialize(1);
        model.Choosing.Router.Value.CopyFrom(new float[GrownModel.Experts * BranchedModel.Width]);
        View<float> metrics = Evaluate(model, TestModels.Floats(new Random(2), 9, BranchedModel.Width));
        // ceil(9 * 2 / 6) rows an expert, all of them the first three.
        Assert.Equal(6f / 9, Metric(model, metrics, "Choosing.uncovered")[0], 1e-6f);
        Assert.Equal(3f * GrownModel.Experts / 9, Metric(model, metrics, "Choosing.experts")[0], 1e-6f);
    }

    /// <summary>Where all rows choose the same two experts, each takes as many as it has room for, the first ones.</summary>
    [Fact]
    public void Uncovered_OfFullExperts_IsTheRowsThatNoneHadRoomFor()
    {
        using BranchedModel model = new(_device);
        model.Initialize(1);
        model.Full.Router.Value.CopyFrom(new float[GrownModel.Experts * BranchedModel.Width]);
        View<float> metrics = Evaluate(model, TestModels.Floats(new Random(2), 9, BranchedModel.Width));
        // Room for ceil(9 * 2 / 6) rows, and both experts have the same ones.
        Assert.Equal(6f / 9, Metric(model, metrics, "Full.uncovered")[0], 1e-6f);
        Assert.Equal(6f / 9, Metric(model, metrics, "Full.dropped")[0], 1e-6f);
    }

    [Fact]
    public void GateImportance_IsTheVariationOfTheChosenGates()
    {
        const int Rows = 11;
        using BranchedModel model = new(_device);
        model.Initialize(4);
        float[,] x = (float[,])TestModels.Floats(new Random(2), Rows, BranchedModel.Width);
        float[] router = model.Gates.Router.Value.ToArray();
        double[] gates = new double[GrownModel.Experts], shares = new double[GrownModel.Experts];
        for (int row = 0; row < Rows; row++)
        {
            double[] logits = [.. Enumerable.Range(0, GrownModel.Experts).Select(e =>
                Enumerable.Range(0, BranchedModel.Width).Sum(i => (double)x[row, i] * router[(e * BranchedModel.Width) + i]))];
            double sum = logits.Sum(Math.Exp);
            for (int e = 0; e < gates.Length; e++)
            {
                double share = Math.Exp(logits[e]) / sum;
                shares[e] += share;
                gates[e] += logits.Count(other => other > logits[e]) < 2 ? share : 0;
            }
        }
        View<float> metrics = Evaluate(model, x);
        Assert.Equal(SquaredVariation(gates), Metric(model, metrics, "Gates.gateImportance")[0], 1e-5);
        Assert.Equal(SquaredVariation(shares), Metric(model, metrics, "Gates.importance")[0], 1e-5);
    }

    private static double SquaredVariation(double[] sums)
    {
        double mean = sums.Average();
        return sums.Average(sum => (sum - mean) * (sum - mean)) / (mean * mean);
    }

    private View<float> Evaluate(BranchedModel model, Array x)
    {
        View<float> metrics = _device.New<float>(model.Metrics.Sum(static m => m.Count));
        Batch batch = TestModels.Batch(("x", x)), results = new();
        results.Set(model.Results[0].Name, _device.New<float>(x.GetLength(0), BranchedModel.Width));
        model.Evaluate(batch, results, metrics);
        return metrics;
    }

    private static float[] Metric<TModel>(TModel model, View<float> metrics, string name) where TModel : ITrainable
    {
        int index = model.Metrics.TakeWhile(m => m.Name != name).Sum(static m => m.Count);
        return metrics.ToArray().AsSpan(index, model.Metrics.Single(m => m.Name == name).Count).ToArray();
    }
}
