using Xunit;

namespace MoECompiler.Tests.Models;

/// <summary>Kinds of experts in compiled models.</summary>
public class ExpertsModelTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(6)]
    [InlineData(17)]
    public void Experts_ForwardAndGradients_AreTheReference(int rows)
    {
        TestModels.Experts.AgainstReference(static m => m.Reference, rows, seed: 1);
        TestModels.Experts.AgainstReference(static m => m.Reference, rows, seed: 2);
    }

    [Fact]
    public void Experts_Gradients_AreDifferences() => TestModels.Experts.AgainstDifferences(static m => m.Reference, rows: 2, seed: 3);

    [Fact]
    public void Experts_OneOrTwoThreads_GivesTheSameBits() => Assert.Equal(TestModels.Experts.Step(1, 9, 5), TestModels.Experts.Step(2, 9, 5));

    /// <summary>The formulas of the attributes' pages.</summary>
    [Fact]
    public void Experts_Weights_AreAsManyAsTheDocumentationSays()
    {
        using CpuDevice device = new(1);
        using ExpertsModel model = new(device);
        const int Width = ExpertsModel.Width, Filters = ExpertsModel.Filters;
        Assert.Equal(4 * (Filters + 1) * 2 * 9 + 4 * Filters, Weights("Windows"));
        Assert.Equal(3 * (Width + 1) * Filters * 4, Weights("Patches"));
        Assert.Equal(5 * (2 * 4 * Width + Width) + 2 * 4 * Width + 5 * (4 + Width) + 2 * 2 * 4 * Width, Weights("Heads"));
        Assert.Equal(4 * (3 * 3 * (6 + Width) + Width) + 4 * (6 + 6 + Width), Weights("Thin"));
        Assert.Equal(4 * (2 * 2 * (6 + Width) + Width) + 2 * 6 * Width + 2 * 6 * Width, Weights("Adapted"));
        Assert.Equal(2, model.Parameters.Count(static p => p.Path.StartsWith("Adapted.") && p.IsFrozen));

        long Weights(string member) => model.Parameters.Where(p => p.Path.StartsWith($"{member}.")).Sum(static p => p.Value.Count);
    }

    /// <summary>What new experts add to the common matrices is 0; thin ones have no whole matrix.</summary>
    [Fact]
    public void AdaptedExperts_New_HaveNothingOfTheirOwn()
    {
        using CpuDevice device = new(1);
        using ExpertsModel model = new(device);
        model.Initialize(3);
        foreach (Parameter b in new[] { model.Adapted.UpB!, model.Adapted.DownB! })
            Assert.All(b.Value.ToArray(), static x => Assert.Equal(0, x));
        Assert.Throws<InvalidOperationException>(() => model.Thin.Up);
    }
}
