using MoECompiler.Data;
using Xunit;

namespace MoECompiler.Tests.Models;

public sealed class SoftExpertsTests : IDisposable
{
    private const int Rows = 3, Length = 4;

    private readonly CpuDevice _device = new(1);

    public void Dispose() => _device.Dispose();

    /// <summary>
    /// Shares of slots over rows add up to 1, so that slots of equal rows are these rows; shares of rows over slots do, so that results of equal experts
    /// are these results.
    /// </summary>
    [Fact]
    public void SoftExperts_EqualRowsAndEqualExperts_AreOneNetwork()
    {
        using SoftLayer model = new(_device);
        model.Initialize(4);
        RepeatFirst(model.Layer.Up.Value);
        RepeatFirst(model.Layer.Down.Value);
        float[] row = [0.5f, -1, 2];
        float[] y = Run(model, [.. Enumerable.Repeat(row, Length).SelectMany(static r => r)]);
        float[] up = model.Layer.Up.Value.ToArray(), down = model.Layer.Down.Value.ToArray();
        double[] inner = [.. Enumerable.Range(0, SoftLayer.Inner).Select(i => Math.Max(0, row.Select((x, j) => (double)x * up[i * SoftLayer.Width + j]).Sum()))];
        for (int i = 0; i < y.Length; i++)
            Assert.Equal(inner.Select((x, j) => x * down[i % SoftLayer.Width * SoftLayer.Inner + j]).Sum(), y[i], 1e-6);
    }

    [Fact]
    public void SoftExperts_WithoutCosines_AreTheFormula()
    {
        using SoftLayer model = new(_device);
        model.Initialize(4);
        float[] rows = [.. Enumerable.Range(0, Length * SoftLayer.Width).Select(static i => MathF.Sin(5 * i))];
        float[] y = Run(model, rows);
        double[,] expected = Definition(
            rows, model.Layer.Slots.Value.ToArray(), model.Layer.Up.Value.ToArray(), model.Layer.Down.Value.ToArray());
        for (int i = 0; i < y.Length; i++)
            Assert.Equal(expected[i / SoftLayer.Width, i % SoftLayer.Width], y[i], 1e-6);
    }

    [Fact]
    public void SoftExperts_OfSeveralSequences_KeepThemApart()
    {
        using SoftLayer model = new(_device);
        model.Initialize(4);
        float[] rows = [.. Enumerable.Range(0, Rows * Length * SoftLayer.Width).Select(static i => MathF.Sin(5 * i))];
        float[] together = Run(model, rows);
        float[] apart = [.. Enumerable.Range(0, Rows).SelectMany(i => Run(model, rows[(i * 12)..(i * 12 + 12)]))];
        Assert.Equal(apart.Length, together.Length);
        for (int i = 0; i < apart.Length; i++)
            Assert.Equal(apart[i], together[i], 1e-6);
    }

    private static double[,] Definition(float[] rows, float[] slots, float[] up, float[] down)
    {
        const int width = SoftLayer.Width, all = SoftLayer.Experts * SoftLayer.Slots;
        double[,] exp = new double[Length, all];
        for (int t = 0; t < Length; t++)
        {
            for (int s = 0; s < all; s++)
                exp[t, s] = Math.Exp(Enumerable.Range(0, width).Sum(j => (double)rows[t * width + j] * slots[s * width + j]));
        }
        double[,] y = new double[Length, width];
        for (int s = 0; s < all; s++)
        {
            double column = Enumerable.Range(0, Length).Sum(t => exp[t, s]);
            double[] given = [.. Enumerable.Range(0, width).Select(j => Enumerable.Range(0, Length).Sum(t => exp[t, s] / column * rows[t * width + j]))];
            int expert = s / SoftLayer.Slots * SoftLayer.Inner * width;
            double[] inner = [.. Enumerable.Range(0, SoftLayer.Inner).Select(i => Math.Max(0, given.Select((x, j) => x * up[expert + i * width + j]).Sum()))];
            for (int t = 0; t < Length; t++)
            {
                double share = exp[t, s] / Enumerable.Range(0, all).Sum(other => exp[t, other]);
                for (int j = 0; j < width; j++)
                    y[t, j] += share * inner.Select((x, i) => x * down[expert + j * SoftLayer.Inner + i]).Sum();
            }
        }
        return y;
    }

    private float[] Run(SoftLayer model, float[] rows)
    {
        int sequences = rows.Length / (Length * SoftLayer.Width);
        View<float> y = _device.New<float>(sequences, Length, SoftLayer.Width);
        model.Forward(_device.Upload(rows, sequences, Length, SoftLayer.Width), y);
        return y.Span.ToArray();
    }

    private static void RepeatFirst(View<float> experts)
    {
        float[] all = experts.ToArray();
        int one = all.Length / SoftLayer.Experts;
        experts.CopyFrom([.. all.Select((_, i) => all[i % one])]);
    }
}

/// <summary>A soft mixture by itself.</summary>
[Model]
public sealed partial class SoftLayer
{
    public const int Width = 3, Experts = 2, Slots = 2, Inner = 5;

    [SoftExperts(Width, Experts, Slots, Inner, Normalize = false)]
    public partial SoftExperts Layer { get; }

    [Forward]
    public Tensor Forward([Shape("B", "T", Width)] Tensor x) => Layer.Forward(x);
}
