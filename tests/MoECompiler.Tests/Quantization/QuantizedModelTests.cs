using MoECompiler.Data;
using MoECompiler.Graphs;
using MoECompiler.Tests.Adapters;
using MoECompiler.Training;
using Xunit;

namespace MoECompiler.Tests.Quantization;

/// <summary>Models of 4 bits and their adapters on a processor: what is stored, what is computed, and what is refused.</summary>
public sealed class QuantizedModelTests : IDisposable
{
    private readonly CpuDevice _device = new(2);

    public void Dispose() => _device.Dispose();

    [Fact]
    public void Parameters_OfProducts_HaveFourBitsAndAreFrozen()
    {
        using QuantizedModel model = new(_device);
        Assert.Equal(
            [
                "Stem.Weight", "Routed.Up", "Routed.Down", "Blocks.Stacked.Mlp.Gate", "Blocks.Stacked.Mlp.Up", "Blocks.Stacked.Mlp.Down", "Blocks.Stacked.Mlp.SharedGate",
                "Blocks.Stacked.Mlp.SharedUp", "Blocks.Stacked.Mlp.SharedDown", "Head.Weight",
            ],
            model.Parameters.Where(static p => p.ElementType == ElementType.Nf4).Select(static p => p.Path));
        Assert.All(model.Parameters.Where(static p => p.ElementType == ElementType.Nf4), static p => Assert.True(p.IsFrozen));
        Assert.Equal(ElementType.Float32, model.Places.Weight.ElementType);
        Assert.Equal("Stem.Weight nf4[67, 9]", model.Stem.Weight.ToString());
        Assert.Equal(67 * (8 + 1) + 4 + 4 + 13, model.Stem.Weight.Quantized.Bytes);
        Assert.Contains("is stored as Nf4, not as Single", Assert.Throws<InvalidOperationException>(() => model.Stem.Weight.Value).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => model.Places.Weight.Quantized.Count.ToString());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(13)]
    public void ForwardAndGradients_AreTheReference(int rows)
    {
        QuantizedChecks.Model.AgainstReference(static m => m.Reference, rows, 1);
        QuantizedChecks.Lora.AgainstReference(static a => a.Reference, rows, 2);
        QuantizedChecks.Nola.AgainstReference(static a => a.Reference, rows, 3);
        QuantizedChecks.Dora.AgainstReference(static a => a.Reference, rows, 4);
        QuantizedChecks.Ia3.AgainstReference(static a => a.Reference, rows, 5);
    }

    [Fact]
    public void Step_AllocatesNothing_AndIsTheSameOnAnyThreads()
    {
        Assert.Equal(0, QuantizedChecks.Lora.AllocatedBytes(9));
        Assert.Equal(QuantizedChecks.Lora.Step(1, 13, 3), QuantizedChecks.Lora.Step(3, 13, 3));
    }

    [Fact]
    public void Merge_IntoFourBits_IsRefusedAndChangesNothing()
    {
        using QuantizedModel model = AdapterChecks.New(new QuantizedModel(_device));
        using QuantizedLora adapter = new(model);
        float[][] before = [.. model.Parameters.Select(static p => p.Stored.ToArray())];
        Assert.Equal(
            "QuantizedLora cannot be merged: Stem.Weight is stored in 4 bits, which the sum would be rounded to.",
            Assert.Throws<NotSupportedException>(adapter.Merge).Message);
        Assert.False(adapter.IsMerged);
        Assert.Equal(before, model.Parameters.Select(static p => p.Stored.ToArray()));
    }

    [Fact]
    public void Bank_EachRowUnderItsOwnAdapter_IsTheRowAlone()
    {
        const int rows = 6;
        using QuantizedModel model = AdapterChecks.New(new QuantizedModel(_device));
        using QuantizedLora one = new(model), two = new(model);
        AdapterChecks.Trained(one, 1);
        AdapterChecks.Trained(two, 2);
        using QuantizedLoraBank bank = new(model, capacity: 2);
        int[] numbers = [bank.Add(one), bank.Add(two)];
        Batch batch = QuantizedChecks.Data(new Random(1), rows);
        View<float> mixed = _device.New<float>(rows, QuantizedModel.Classes), alone = _device.New<float>(rows, QuantizedModel.Classes);
        bank.Forward(batch.Float("features"), batch.Integer("words"), _device.Upload<int>([.. Enumerable.Range(0, rows).Select(row => numbers[row % 2])], rows), mixed);
        for (int number = 0; number < 2; number++)
        {
            (number == 0 ? one : two).Forward(batch.Float("features"), batch.Integer("words"), alone);
            for (int i = 0; i < alone.Count; i++)
            {
                if (i / QuantizedModel.Classes % 2 == number)
                    Assert.Equal(alone.Span[i], mixed.Span[i], 1e-5f);
            }
        }
    }

    /// <summary>Checklist of NOLA, item 11: N experts cost N (k + l) numbers, and there is one basis for all of them.</summary>
    [Fact]
    public void Nola_OfExpertsIn4Bits_CostsItsCoefficientsAlone()
    {
        using QuantizedModel model = AdapterChecks.New(new QuantizedModel(_device));
        using QuantizedNola adapter = new(model);
        foreach (AdaptedWeight site in adapter.Sites)
            Assert.Equal(site.Groups * (7 + 5), adapter.Parameters.Where(p => p.Path.StartsWith(adapter.Sites.Count == 0 ? "" : SiteName(adapter, site), StringComparison.Ordinal)).Sum(static p => p.Count));
        Assert.Equal(4, adapter.Sites.Single(s => s.Weight == model.Routed.Up).Groups);
        Assert.Equal(2 * 3, adapter.Sites.Single(s => s.Weight == model.Blocks.Stacked.Mlp.Up).Groups);
        // A basis is drawn for each extents of factors, whatever the number of experts and layers that they belong to.
        Graph forward = adapter.Reference.Graphs[0];
        int mixes = forward.Nodes.Count(static n => n.Op is MoECompiler.Ops.SeededMix);
        int extents = adapter.Sites.Select(static s => ('A', s.In)).Concat(adapter.Sites.Select(static s => ('B', s.Out))).Distinct().Count();
        Assert.Equal(extents, mixes);
    }

    private static string SiteName(QuantizedNola adapter, AdaptedWeight site) =>
        typeof(QuantizedNola).GetProperties().Single(p => ReferenceEquals(p.PropertyType == site.GetType() ? p.GetValue(adapter) : null, site)).Name + ".";
}
