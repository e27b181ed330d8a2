using Xunit;

namespace MoECompiler.Tests.Models;

/// <summary>Attention in compiled models.</summary>
public class AttentiveModelTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(6)]
    public void Attentive_ForwardAndGradients_AreTheReference(int rows)
    {
        TestModels.Attentive.AgainstReference(static m => m.Reference, rows, seed: 1);
        TestModels.Attentive.AgainstReference(static m => m.Reference, rows, seed: 2);
    }

    [Fact]
    public void Attentive_Gradients_AreDifferences() => TestModels.Attentive.AgainstDifferences(static m => m.Reference, rows: 4, seed: 3);

    [Fact]
    public void Attentive_OneOrTwoThreads_GivesTheSameBits() => Assert.Equal(TestModels.Attentive.Step(1, 33, 5), TestModels.Attentive.Step(2, 33, 5));

    /// <summary>Wq, Wk, Wv and Wo: 2 * headSize * (heads + kvHeads) * width, and a number for each column of the first three.</summary>
    [Fact]
    public void Attention_Weights_AreAsManyAsTheDocumentationSays()
    {
        using CpuDevice device = new(1);
        using AttentiveModel model = new(device);
        long weights = model.Parameters.Where(static p => p.Path.Contains(".Look.")).Sum(static p => p.Value.Count);
        Assert.Equal(2 * (2 * 4 * (4 + 2) * 12 + 4 * (4 + 2 + 2)), weights);
        Assert.Contains(model.Parameters, static p => p.CheckpointName.EndsWith(".self_attn.q_proj.weight"));
    }
}
