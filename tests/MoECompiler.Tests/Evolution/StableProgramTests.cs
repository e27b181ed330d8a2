using MoECompiler.Checkpoints;
using MoECompiler.Data;
using MoECompiler.Tests.Models;
using Xunit;

namespace MoECompiler.Tests.Evolution;

/// <summary>Both phases of a model with [Stabilize]: programs like any other, and what the paper says of them.</summary>
public sealed class StableProgramTests : IDisposable
{
    private const int Rows = 40;

    private readonly CpuDevice _device = new(2);

    public static TheoryData<EvolutionPhase> Phases => [EvolutionPhase.Learning, EvolutionPhase.Sparse];

    public void Dispose() => _device.Dispose();

    [Theory]
    [MemberData(nameof(Phases))]
    public void Stable_ForwardAndGradients_AreTheReference(EvolutionPhase phase)
    {
        foreach (int rows in (int[])[1, 6, 17])
            TestModels.Stable(phase).AgainstReference(static m => m.Reference, rows, seed: rows);
        TestModels.StableSolo(phase).AgainstReference(static m => m.Reference, rows: 19, seed: 2);
    }

    [Theory]
    [MemberData(nameof(Phases))]
    public void Stable_Gradients_AreDifferencesOfTheLoss(EvolutionPhase phase) => TestModels.Stable(phase).AgainstDifferences(static m => m.Reference, rows: 3, seed: 4);

    [Theory]
    [MemberData(nameof(Phases))]
    public void Stable_OneOrTwoThreads_GivesTheSameBits(EvolutionPhase phase) => Assert.Equal(TestModels.Stable(phase).Step(1, 9, 5), TestModels.Stable(phase).Step(2, 9, 5));

    /// <summary>y = sigmoid(x . w_e) E_e(x), e the best of D[id] . c.</summary>
    [Fact]
    public void Sparse_IsTheExpertOfTheId_WeighedByTheRouter()
    {
        using StableSoloModel model = NewModel();
        (int[] ids, float[] x) = Input();
        float[] y = Forward(model, ids, x);
        IReadOnlyList<FeedForward> experts = WeightSet.Of(model).Experts("Mixture");
        float[] embeddings = model.Mixture.LightEmbedding!.Value.ToArray(), centers = model.Mixture.Light!.Value.ToArray(), router = model.Mixture.Router.Value.ToArray();
        for (int row = 0; row < Rows; row++)
        {
            int expert = Enumerable.Range(0, StableSoloModel.Experts).MaxBy(e => Dot(embeddings, ids[row], centers, e, 3));
            double weight = 1 / (1 + Math.Exp(-Dot(x, row, router, expert, StableSoloModel.Width)));
            double[] inner = [.. Enumerable.Range(0, StableSoloModel.Inner).Select(i => Math.Max(0, Dot(x, row, experts[expert].Up.Elements.ToArray(), i, StableSoloModel.Width)))];
            float[] down = experts[expert].Down.Elements.ToArray();
            for (int column = 0; column < StableSoloModel.Width; column++)
            {
                double expected = weight * inner.Select((v, i) => v * down[column * StableSoloModel.Inner + i]).Sum();
                Assert.Equal(expected, y[row * StableSoloModel.Width + column], 1e-5);
            }
        }
    }

    /// <summary>What the router says changes the experts' weights and no choice.</summary>
    [Fact]
    public void Sparse_AnotherRouter_LeavesTheLoad()
    {
        using StableSoloModel model = NewModel();
        IReadOnlyList<double> before = Load(model);
        model.Mixture.Router.Value.CopyFrom([.. model.Mixture.Router.Value.ToArray().Select(static w => -3 * w)]);
        Assert.Equal(before, Load(model));
        model.Phase = EvolutionPhase.Learning;
        IReadOnlyList<double> learning = Load(model);
        model.Mixture.Router.Value.CopyFrom([.. model.Mixture.Router.Value.ToArray().Select(static w => -3 * w)]);
        Assert.NotEqual(learning, Load(model));
    }

    /// <summary>A light router that knows nothing is surprised by ln E, whatever was chosen; where loads are even the excess is 0.</summary>
    [Fact]
    public void Learning_Losses_AreThePapers()
    {
        using StableSoloModel model = NewModel();
        model.Phase = EvolutionPhase.Learning;
        model.Mixture.Light!.Value.CopyFrom(new float[StableSoloModel.Experts * 3]);
        (Dictionary<string, double> metrics, double[] load) = Measure(model);
        Assert.Equal(Math.Log(StableSoloModel.Experts), metrics["Mixture.distillation"], 1e-6);
        double excess = 0;
        (_, float[] x) = Input();
        float[] router = model.Mixture.Router.Value.ToArray();
        for (int row = 0; row < Rows; row++)
        {
            double[] logits = [.. Enumerable.Range(0, StableSoloModel.Experts).Select(e => Dot(x, row, router, e, StableSoloModel.Width))];
            int expert = Array.IndexOf(logits, logits.Max());
            excess += (load[expert] * StableSoloModel.Experts / Rows - 1) / (1 + Math.Exp(-logits[expert])) / Rows;
        }
        Assert.Equal(excess, metrics["Mixture.excess"], 1e-5);
        Assert.Equal(metrics["task"] + metrics["Mixture.distillation"] + 0.3 * metrics["Mixture.excess"], metrics["loss"], 1e-5);
        model.Phase = EvolutionPhase.Sparse;
        (metrics, _) = Measure(model);
        Assert.Equal(metrics["task"], metrics["loss"]);
        Assert.Equal(0, metrics["Mixture.excess"]);
    }

    private static double Dot(float[] a, int i, float[] b, int j, int columns) => Enumerable.Range(0, columns).Sum(c => (double)a[i * columns + c] * b[j * columns + c]);

    private StableSoloModel NewModel()
    {
        StableSoloModel model = new(_device);
        model.Initialize(3);
        return model;
    }

    private static (int[] Ids, float[] X) Input()
    {
        Random random = new(8);
        return ([.. Enumerable.Range(0, Rows).Select(_ => random.Next(StableSoloModel.Ids))], [.. Enumerable.Range(0, Rows * StableSoloModel.Width).Select(_ => 2 * random.NextSingle() - 1)]);
    }

    private float[] Forward(StableSoloModel model, int[] ids, float[] x)
    {
        View<float> y = _device.New<float>(Rows, StableSoloModel.Width);
        model.Forward(_device.Upload<int>(ids, Rows), _device.Upload<float>(x, Rows, StableSoloModel.Width), y);
        return y.ToArray();
    }

    private double[] Load(StableSoloModel model) => Measure(model).Load;

    private (Dictionary<string, double> Metrics, double[] Load) Measure(StableSoloModel model)
    {
        (int[] ids, float[] x) = Input();
        using MoECompiler.Training.Evaluator evaluator = new(model);
        using DataLoader data = new(
            _device,
            new Dataset(new IntegerColumn("ids", ids), new FloatColumn("x", x, StableSoloModel.Width), new FloatColumn("target", x, StableSoloModel.Width)), Rows, isShuffled: false);
        IReadOnlyList<MoECompiler.Training.MetricValue> metrics = evaluator.Evaluate(data).Metrics;
        return (metrics.Where(static m => m.Values.Count == 1).ToDictionary(static m => m.Name, static m => m.Value), [.. metrics.First(static m => m.Name == "Mixture.load").Values]);
    }
}
