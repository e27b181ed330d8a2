using MoECompiler.Data;
using MoECompiler.Training;
using Xunit;

namespace MoECompiler.Tests.Models;

/// <summary>Balance without a loss: the bias evens the load out, and is in no gradient.</summary>
public sealed class SelectionBiasTests : IDisposable
{
    private const int Rows = 200;

    private readonly CpuDevice _device = new(1);

    public void Dispose() => _device.Dispose();

    [Fact]
    public void Bias_StepByStep_EvensTheLoadOut()
    {
        using MaskedModel model = NewModel();
        double before = Step(model, 0).Variation, after = 0;
        for (int step = 1; step < 600; step++)
            after = Step(model, step).Variation;
        Assert.InRange(before, 0.3, double.PositiveInfinity);
        Assert.InRange(after, 0, before / 5);
    }

    /// <summary>A bias that is the same for all changes no choice: loss, gradients and weights are those without, to the bit.</summary>
    [Fact]
    public void Bias_OfAllExpertsAlike_ChangesNoBit()
    {
        using MaskedModel model = NewModel();
        float[] without = Gradients(model);
        model.Layer.SelectionBias!.Value.CopyFrom([2, 2, 2, 2, 2]);
        Assert.Equal(without, Gradients(model));
        Assert.DoesNotContain(model.Layer.SelectionBias, new OptimizerState(new AdamW(), model).TrainedParameters);

        float[] Gradients(MaskedModel of)
        {
            float loss = Step(of, 1).Loss;
            return [loss, .. of.Parameters.Where(static p => !p.IsFrozen).SelectMany(static p => p.Gradient.ToArray())];
        }
    }

    private MaskedModel NewModel()
    {
        MaskedModel model = new(_device);
        model.Initialize(3);
        model.AllocateGradients();
        return model;
    }

    /// <summary>A step of training on rows that lie on one side; no optimizer moves a weight.</summary>
    private (double Variation, float Loss) Step(MaskedModel model, int step)
    {
        Random random = new(step);
        float[,] x = new float[Rows, MaskedModel.Width];
        for (int i = 0; i < x.Length; i++)
            x[i / MaskedModel.Width, i % MaskedModel.Width] = random.NextSingle() - 0.2f;
        Batch batch = TestModels.Batch(("x", x), ("ids", new int[Rows]), ("target", new float[Rows, MaskedModel.Width]));
        View<float> metrics = _device.New<float>(model.Metrics.Sum(static m => m.Count));
        model.Backward(batch, new RandomState(1, step), metrics);
        int load = model.Metrics.TakeWhile(static m => m.Name != "Layer.load").Sum(static m => m.Count);
        double[] counts = [.. metrics.ToArray().Skip(load).Take(MaskedModel.Experts).Select(static rows => (double)rows)];
        return (LoadStatistics.Of(counts).CoefficientOfVariation, metrics.ToArray()[0]);
    }
}
