using MoECompiler.Data;
using Xunit;

namespace MoECompiler.Tests.Models;

/// <summary>How often a second expert is kept, which one it is, and how many all rows of a batch have.</summary>
public class SecondModelTests
{
    private const int Rows = 4_000, Experts = SecondModel.Experts;

    [Fact]
    public void Second_ForwardAndGradients_AreTheReference()
    {
        foreach (int rows in (int[])[1, 6, 37])
            TestModels.Second.AgainstReference(static m => m.Reference, rows, seed: rows);
        TestModels.Second.AgainstDifferences(static m => m.Reference, rows: 11, seed: 2);
    }

    /// <summary>Of rows with equal logits the shares of the second expert are known: scores 0.4, 0.3, 0.2 and 0.1.</summary>
    [Fact]
    public void Second_OfEqualRows_IsKeptAndSampledAsOftenAsItShould()
    {
        float[] shares = [0.4f, 0.3f, 0.2f, 0.1f];
        using CpuDevice device = new(2);
        using SecondModel model = new(device);
        model.AllocateGradients();
        foreach (Parameter router in (Parameter[])[model.Kept.Router, model.Sampled.Router, model.Alike.Router])
            router.Value.CopyFrom([.. Enumerable.Range(0, Experts * SecondModel.Width).Select(i => i % SecondModel.Width == 0 ? MathF.Log(shares[i / SecondModel.Width]) : 0)]);
        float[] x = [.. Enumerable.Range(0, Rows * SecondModel.Width).Select(static i => i % SecondModel.Width == 0 ? 1f : 0)];
        View<float> metrics = device.New<float>(model.Metrics.Sum(static m => m.Count));
        Batch batch = TestModels.Batch(("x", Matrix(x)), ("target", Matrix(new float[x.Length])));
        model.Backward(batch, new RandomState(3, 4), metrics);

        // 2 * 0.3: the second is kept in six of ten rows.
        float[] kept = Load(model, metrics, "Kept.load");
        Assert.Equal(Rows, kept[0]);
        Near(0.6, kept[1]);
        Assert.Equal([0, 0], kept[2..]);
        // 0.3, 0.2 and 0.1 of the 0.6 that are left.
        float[] sampled = Load(model, metrics, "Sampled.load");
        Assert.Equal(Rows, sampled[0]);
        Near(3.0 / 6, sampled[1]);
        Near(2.0 / 6, sampled[2]);
        Near(1.0 / 6, sampled[3]);
        // Two scores are above 0.2, but for rounding of the third.
        Assert.Equal(Rows * 2, Load(model, metrics, "Alike.load").Sum(), Rows * 1.001);
    }

    private static void Near(double share, float count)
    {
        double deviation = Math.Sqrt(Rows * share * (1 - share));
        Assert.InRange(count, (Rows * share) - (4 * deviation), (Rows * share) + (4 * deviation));
    }

    private static float[] Load(SecondModel model, View<float> metrics, string name) =>
        metrics.ToArray().AsSpan(model.Metrics.TakeWhile(m => m.Name != name).Sum(static m => m.Count), Experts).ToArray();

    private static float[,] Matrix(float[] elements)
    {
        float[,] matrix = new float[Rows, SecondModel.Width];
        System.Buffer.BlockCopy(elements, 0, matrix, 0, elements.Length * sizeof(float));
        return matrix;
    }
}
