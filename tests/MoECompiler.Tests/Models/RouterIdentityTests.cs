using MoECompiler.Data;
using MoECompiler.Training;
using Xunit;

namespace MoECompiler.Tests.Models;

/// <summary>What papers say that a router's losses and measures are, exactly.</summary>
public sealed class RouterIdentityTests : IDisposable
{
    private const int Sequences = 3, Length = 4;

    /// <summary>Some sums of numbers near 1, rounded to 32 bits.</summary>
    private const double Tolerance = 1e-6;

    private readonly CpuDevice _device = new(1);

    public void Dispose() => _device.Dispose();

    [Fact]
    public void Losses_WhereTheRouterSaysNothing_AreExactlyThoseOfAnEvenMixture()
    {
        using IdentityModel model = new(_device);
        Dictionary<string, double> metrics = Measure(model, router: 0, Random(Sequences));
        Assert.Equal(1, metrics["First.balance"]);
        Assert.Equal(0, metrics["First.importance"]);
        Assert.Equal(1, metrics["Sequences.sequenceBalance"]);
        Assert.Equal(1, metrics["Devices.groupBalance"]);
        Assert.Equal(1, metrics["Devices.groupTraffic"]);
        // EvoMoE: uniform and dense is the number of experts.
        Assert.Equal(IdentityModel.Experts, metrics["Dense.gate"]);
        Assert.Equal(IdentityModel.Experts, metrics["All.experts"]);
    }

    [Fact]
    public void Losses_OfABalancedChoice_AreTheLeast()
    {
        using IdentityModel model = new(_device);
        Dictionary<string, double> metrics = Measure(model, router: 3, OneExpertEach(Sequences));
        // The softmax of (3, 0, 0, 0).
        double top = Math.Exp(3) / (Math.Exp(3) + 3);
        Assert.Equal(1, metrics["First.balance"], Tolerance);
        Assert.Equal(0, metrics["First.importance"], Tolerance);
        Assert.Equal(0, metrics["Masked.expectedLoad"]);
        Assert.Equal(1, metrics["First.gate"], Tolerance);
        Assert.Equal(top, metrics["Masked.gate"], Tolerance);
    }

    [Fact]
    public void SequenceBalance_IsTheMeanOfEachSequencesBalance()
    {
        using IdentityModel model = new(_device);
        float[][] sequences = [.. Enumerable.Range(0, Sequences).Select(i => Random(1, i))];
        double mean = sequences.Average(sequence => Measure(model, router: 1, sequence)["Sequences.balance"]);
        Dictionary<string, double> together = Measure(model, router: 1, [.. sequences.SelectMany(static s => s)]);
        Assert.Equal(mean, together["Sequences.sequenceBalance"], Tolerance);
        Assert.NotEqual(together["Sequences.balance"], together["Sequences.sequenceBalance"], 1e-3);
    }

    [Fact]
    public void GroupLosses_OfGroupsOfOneExpert_AreTheBalanceLoss()
    {
        using IdentityModel model = new(_device);
        Dictionary<string, double> metrics = Measure(model, router: 1, Random(Sequences));
        Assert.NotEqual(1, metrics["Devices.balance"], 1e-3);
        Assert.Equal(metrics["Devices.balance"], metrics["Devices.groupBalance"], Tolerance);
        Assert.Equal(metrics["Devices.balance"], metrics["Devices.groupTraffic"], Tolerance);
    }

    [Fact]
    public void Hierarchical_GivesAGroupsShareTimesTheExpertsShareInIt()
    {
        using IdentityModel model = new(_device);
        float[] rows = Random(1);
        Dictionary<string, double> metrics = Measure(model, router: 1, rows);
        float[] groups = model.Tree.RouterGroups!.Value.ToArray(), experts = model.Tree.Router.Value.ToArray();
        double entropy = 0;
        for (int row = 0; row < Length; row++)
        {
            double[] x = [.. rows.Skip(row * IdentityModel.Width).Take(IdentityModel.Width).Select(static v => (double)v)];
            double[] outer = Softmax([Dot(groups, 0, x), Dot(groups, 1, x)]);
            double[] first = Softmax([Dot(experts, 0, x), Dot(experts, 1, x)]), second = Softmax([Dot(experts, 2, x), Dot(experts, 3, x)]);
            double[] shares = [outer[0] * first[0], outer[0] * first[1], outer[1] * second[0], outer[1] * second[1]];
            entropy -= shares.Sum(static share => share * Math.Log(share)) / Length;
        }
        Assert.Equal(entropy, metrics["Tree.entropy"], Tolerance);
    }

    [Fact]
    public void TopP_HasMoreExpertsForMoreP_OneForNoneAndAllForOne()
    {
        using IdentityModel model = new(_device);
        for (int seed = 0; seed < 20; seed++)
        {
            Dictionary<string, double> metrics = Measure(model, router: 1, Random(Sequences, seed));
            Assert.Equal(1, metrics["Least.experts"]);
            Assert.InRange(metrics["Some.experts"], 1, metrics["More.experts"]);
            Assert.InRange(metrics["More.experts"], metrics["Some.experts"], IdentityModel.Experts);
            Assert.Equal(IdentityModel.Experts, metrics["All.experts"]);
        }
    }

    [Fact]
    public void Gradients_OfTheTwoOrders_DifferAsTheirFormulasDo()
    {
        using OrderModel model = new(_device);
        model.Initialize(1);
        foreach (RoutedExperts other in new[] { model.SoftmaxFirst, model.Normalized })
        {
            other.Router.Value.CopyFrom(model.SoftmaxLast.Router.Value.ToArray());
            other.RouterBias!.Value.CopyFrom(model.SoftmaxLast.RouterBias!.Value.ToArray());
            other.Up.Value.CopyFrom(model.SoftmaxLast.Up.Value.ToArray());
            other.Down.Value.CopyFrom(model.SoftmaxLast.Down.Value.ToArray());
        }
        model.AllocateGradients();
        // Of one row the gradient of the bias is that of the logits.
        float[] row = [0.3f, -0.8f, 0.5f, 1.1f, -0.2f];
        model.Backward(
            TestModels.Batch(("x", AsMatrix(row)), ("target", new float[1, OrderModel.Width])), new RandomState(1, 0), _device.New<float>(model.Metrics.Sum(static m => m.Count)));
        double[] x = [.. row.Select(static v => (double)v)];
        float[] router = model.SoftmaxLast.Router.Value.ToArray(), bias = model.SoftmaxLast.RouterBias!.Value.ToArray();
        double[] p = Softmax([.. Enumerable.Range(0, OrderModel.Experts).Select(e => Dot(router, e, x) + bias[e])]);
        int[] chosen = [.. Enumerable.Range(0, OrderModel.Experts).OrderByDescending(e => p[e]).Take(OrderModel.TopK)];

        float[] first = model.SoftmaxFirst.RouterBias!.Gradient.ToArray(), last = model.SoftmaxLast.RouterBias!.Gradient.ToArray();
        double scale = first.Max(Math.Abs);
        Assert.True(scale > 0);
        // Softmax first: dL_e = p_e (1[e in K] dw_e - sum over K of p_j dw_j), for all experts.
        int unchosen = Enumerable.Range(0, OrderModel.Experts).First(e => !chosen.Contains(e));
        double sum = -first[unchosen] / p[unchosen];
        double[] dw = [.. chosen.Select(e => first[e] / p[e] + sum)];
        Assert.Equal(sum, chosen.Select((e, j) => p[e] * dw[j]).Sum(), Tolerance * scale * 100);
        for (int e = 0; e < OrderModel.Experts; e++)
        {
            if (!chosen.Contains(e))
            {
                Assert.Equal(-p[e] * sum, first[e], Tolerance * scale);
                Assert.NotEqual(0, first[e]);
                // Softmax last: an expert that was not chosen has no gradient.
                Assert.Equal(0, last[e]);
            }
        }
        // Softmax last: dL_e = w_e (dw_e - sum over K of w_j dw_j).
        double[] w = [.. chosen.Select(e => p[e] / chosen.Sum(j => p[j]))];
        double mean = w.Zip(dw).Sum(static pair => pair.First * pair.Second);
        for (int j = 0; j < OrderModel.TopK; j++)
            Assert.Equal(w[j] * (dw[j] - mean), last[chosen[j]], Tolerance * scale * 100);
        // Divided by their sum, the shares are those of the softmax of the chosen, with its gradient.
        float[] normalized = model.Normalized.RouterBias!.Gradient.ToArray();
        for (int e = 0; e < OrderModel.Experts; e++)
            Assert.Equal(last[e], normalized[e], Tolerance * scale);
    }

    [Fact]
    public void Mask_LeavesARowOnlyTheExpertsOfItsId()
    {
        using MaskedModel model = new(_device);
        model.Initialize(3);
        model.Layer.Mask!.Value.CopyFrom([1, 1, 1, 1, 1, 0, 0, 1, 0, 0, 0, 1, 0, 0, 1]);
        // A bias that would choose hidden ones.
        model.Layer.SelectionBias!.Value.CopyFrom([2, 0, 0, 3, 0]);
        Assert.Equal([0, 0, 2, 0, 0], Load(model, 1));
        Assert.Equal([0, 2, 0, 0, 2], Load(model, 2));
        double[] any = Load(model, 0);
        Assert.Equal((6, 2, 2), (any.Sum(), any[0], any[3]));
    }

    [Fact]
    public void ByFrequency_GivesRareIdsFewAndFrequentOnesAll()
    {
        // 60 % of 20 occurrences are the first of 9 and one of the two of 4.
        float[] mask = ExpertMask.ByFrequency([4, 0, 9, 4, 3], experts: 3, frequentShare: 0.6, seed: 7);
        Assert.Equal([3, 1, 3, 1, 1], Enumerable.Range(0, 5).Select(id => mask.Skip(3 * id).Take(3).Sum()));
        Assert.Equal(mask, ExpertMask.ByFrequency([4, 0, 9, 4, 3], 3, 0.6, seed: 7));
        Assert.Throws<ArgumentOutOfRangeException>(() => ExpertMask.ByFrequency([1], 3, 1.5));
        Assert.Throws<ArgumentOutOfRangeException>(() => ExpertMask.ByFrequency([1], 3, 0.5, rareExperts: 4));
        Assert.Throws<ArgumentOutOfRangeException>(() => ExpertMask.ByFrequency([-1], 3, 0.5));
    }

    private double[] Load(MaskedModel model, int id)
    {
        Batch batch = TestModels.Batch(("x", AsMatrix(Random(1)[..8], rows: 2)), ("ids", new int[] { id, id }), ("target", new float[2, MaskedModel.Width]));
        return [.. Evaluate(model, batch).Single(static metric => metric.Name == "Layer.load").Values];
    }

    /// <summary>The metrics of some sequences, every router's weights an identity times a number.</summary>
    private Dictionary<string, double> Measure(IdentityModel model, float router, float[] rows)
    {
        model.Initialize(5);
        foreach (Parameter parameter in model.Parameters.Where(static p => p.Path.EndsWith(".Router", StringComparison.Ordinal)))
            parameter.Value.CopyFrom([.. Enumerable.Range(0, 16).Select(i => i % 5 == 0 ? router : 0)]);
        int sequences = rows.Length / (Length * IdentityModel.Width);
        Batch batch = new();
        batch.Set("x", _device.Upload(rows, sequences, Length, IdentityModel.Width));
        batch.Set("target", _device.Upload(new float[rows.Length], sequences, Length, IdentityModel.Width));
        return Evaluate(model, batch).Where(static metric => metric.Values.Count == 1).ToDictionary(static metric => metric.Name, static metric => metric.Value);
    }

    private List<MetricValue> Evaluate<TModel>(TModel model, Batch batch) where TModel : Model, ITrainable
    {
        View<float> metrics = _device.New<float>(model.Metrics.Sum(static m => m.Count));
        Batch results = new();
        results.Set(model.Results[0].Name, _device.New<float>(batch.Float("target").Extents.ToArray()));
        model.Evaluate(batch, results, metrics);
        List<MetricValue> values = [];
        int start = 0;
        foreach (MetricSpec spec in model.Metrics)
        {
            values.Add(new MetricValue(spec.Name, [.. metrics.Span.Slice(start, spec.Count).ToArray().Select(static v => (double)v)]));
            start += spec.Count;
        }
        return values;
    }

    private static float[] Random(int sequences, int seed = 0)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, sequences * Length * IdentityModel.Width).Select(_ => (float)(2 * random.NextDouble() - 1))];
    }

    /// <summary>Sequences whose rows are those of the identity.</summary>
    private static float[] OneExpertEach(int sequences) => [.. Enumerable.Range(0, sequences * 16).Select(static i => i % 16 % 5 == 0 ? 1f : 0f)];

    private static double Dot(float[] matrix, int row, double[] x) => x.Select((v, i) => v * matrix[row * x.Length + i]).Sum();

    private static double[] Softmax(double[] logits)
    {
        double sum = logits.Sum(Math.Exp);
        return [.. logits.Select(logit => Math.Exp(logit) / sum)];
    }

    private static float[,] AsMatrix(float[] elements, int rows = 1)
    {
        float[,] matrix = new float[rows, elements.Length / rows];
        System.Buffer.BlockCopy(elements, 0, matrix, 0, elements.Length * sizeof(float));
        return matrix;
    }
}
