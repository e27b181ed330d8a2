using MoECompiler.Data;
using Xunit;

namespace MoECompiler.Tests.Models;

/// <summary>Compiled models, forward and backward, against the graphs that they were declared as.</summary>
public class CompiledModelTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(6)]
    [InlineData(37)]
    public void CompiledModel_ForwardAndGradients_AreTheReference(int rows)
    {
        for (int seed = 1; seed <= 3; seed++)
        {
            TestModels.Routed.AgainstReference(static m => m.Reference, rows, seed);
            TestModels.Judged.AgainstReference(static m => m.Reference, rows, seed);
            TestModels.Chosen.AgainstReference(static m => m.Reference, rows, seed);
            TestModels.Told.AgainstReference(static m => m.Reference, rows, seed);
            TestModels.Soft.AgainstReference(static m => m.Reference, rows, seed);
            TestModels.Levels.AgainstReference(static m => m.Reference, rows, seed);
            TestModels.Layered.AgainstReference(static m => m.Reference, rows, seed);
            TestModels.Picture.AgainstReference(static m => m.Reference, rows, seed);
            TestModels.TwoTask.AgainstReference(static m => m.Reference, rows, seed);
            TestModels.Memory.AgainstReference(static m => m.Reference, rows, seed);
            TestModels.Brain.AgainstReference(static m => m.Reference, rows, seed);
            TestModels.Half.AgainstReference(static m => m.Reference, rows, seed);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(19)]
    public void LossModel_ForwardAndGradients_AreTheReference(int rows)
    {
        for (int seed = 1; seed <= 3; seed++)
            TestModels.Losses.AgainstReference(static m => m.Reference, rows, seed);
    }

    /// <summary>With these seeds no number of one row lies where it can be rounded to two neighbours: a rounding that is missing or elsewhere would show.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public void CompiledModel_OfOneRowIn16Bits_IsTheReferenceAsExactlyAsIn32(int seed)
    {
        TestModels.Brain.With(ModelCheck.Tolerance).AgainstReference(static m => m.Reference, rows: 1, seed);
        TestModels.Half.With(ModelCheck.Tolerance).AgainstReference(static m => m.Reference, rows: 1, seed);
    }

    [Fact]
    public void CompiledModel_OneOrTwoThreads_GivesTheSameBits()
    {
        Assert.Equal(TestModels.Routed.Step(1, 33, 5), TestModels.Routed.Step(2, 33, 5));
        Assert.Equal(TestModels.Judged.Step(1, 33, 5), TestModels.Judged.Step(2, 33, 5));
        Assert.Equal(TestModels.Chosen.Step(1, 33, 5), TestModels.Chosen.Step(2, 33, 5));
        Assert.Equal(TestModels.Told.Step(1, 33, 5), TestModels.Told.Step(2, 33, 5));
        Assert.Equal(TestModels.Soft.Step(1, 33, 5), TestModels.Soft.Step(2, 33, 5));
        Assert.Equal(TestModels.Layered.Step(1, 33, 5), TestModels.Layered.Step(2, 33, 5));
        Assert.Equal(TestModels.Picture.Step(1, 33, 5), TestModels.Picture.Step(2, 33, 5));
        Assert.Equal(TestModels.TwoTask.Step(1, 33, 5), TestModels.TwoTask.Step(2, 33, 5));
        Assert.Equal(TestModels.Memory.Step(1, 33, 5), TestModels.Memory.Step(2, 33, 5));
        Assert.Equal(TestModels.Brain.Step(1, 33, 5), TestModels.Brain.Step(2, 33, 5));
        Assert.Equal(TestModels.Half.Step(1, 33, 5), TestModels.Half.Step(2, 33, 5));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void CompiledModel_Gradients_AreDifferencesOfTheLoss(int seed)
    {
        TestModels.Judged.AgainstDifferences(static m => m.Reference, rows: 11, seed);
        TestModels.Chosen.AgainstDifferences(static m => m.Reference, rows: 11, seed);
        TestModels.Told.AgainstDifferences(static m => m.Reference, rows: 4, seed);
        TestModels.Memory.AgainstDifferences(static m => m.Reference, rows: 40, seed);
        TestModels.Soft.AgainstDifferences(static m => m.Reference, rows: 3, seed);
        TestModels.Levels.AgainstDifferences(static m => m.Reference, rows: 5, seed);
    }

    [Fact]
    public void CompiledModel_OtherSizes_AreBound()
    {
        ModelCheck<LayeredModel> small = new(
            static device => new LayeredModel(new LayeredModelSizes { Width = 4, Depth = 1, Experts = 3, Vocabulary = 6 }, device),
            static (random, rows) => TestModels.Batch(("tokens", TestModels.Integers(random, 6, rows, 2)), ("next", TestModels.Integers(random, 6, rows, 2))));
        small.AgainstReference(static m => m.Reference, rows: 4, seed: 9);
    }
}
