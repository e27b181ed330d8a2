using MoECompiler.Tests.Models;
using Xunit;

namespace MoECompiler.Gpu.Tests.Models;

/// <summary>Compiled models on the test's device: results, metrics and every gradient against the double reference, and the bits twice.</summary>
public class GpuModelTests
{
    /// <summary>One row, a few (which need no sort of experts), and more.</summary>
    public static TheoryData<int> Rows => TestDevice.IsSimulated ? [1, 9] : [1, 6, 37];

    [Theory]
    [MemberData(nameof(Rows))]
    public void Routed_ForwardAndGradients_AreTheReference(int rows) => TestModels.Routed.AgainstReference(static m => m.Reference, rows, 1, TestDevice.Instance);

    [Theory]
    [MemberData(nameof(Rows))]
    public void Judged_ForwardAndGradients_AreTheReference(int rows) => TestModels.Judged.AgainstReference(static m => m.Reference, rows, 1, TestDevice.Instance);

    [Theory]
    [MemberData(nameof(Rows))]
    public void Chosen_ForwardAndGradients_AreTheReference(int rows) => TestModels.Chosen.AgainstReference(static m => m.Reference, rows, 1, TestDevice.Instance);

    [Theory]
    [MemberData(nameof(Rows))]
    public void Told_ForwardAndGradients_AreTheReference(int rows) => TestModels.Told.AgainstReference(static m => m.Reference, rows, 1, TestDevice.Instance);

    [Theory]
    [MemberData(nameof(Rows))]
    public void Soft_ForwardAndGradients_AreTheReference(int rows) => TestModels.Soft.AgainstReference(static m => m.Reference, rows, 1, TestDevice.Instance);

    [Theory]
    [MemberData(nameof(Rows))]
    public void Levels_ForwardAndGradients_AreTheReference(int rows) => TestModels.Levels.AgainstReference(static m => m.Reference, rows, 1, TestDevice.Instance);

    [Theory]
    [MemberData(nameof(Rows))]
    public void Layered_ForwardAndGradients_AreTheReference(int rows) => TestModels.Layered.AgainstReference(static m => m.Reference, rows, 2, TestDevice.Instance);

    [Theory]
    [MemberData(nameof(Rows))]
    public void Picture_ForwardAndGradients_AreTheReference(int rows) => TestModels.Picture.AgainstReference(static m => m.Reference, rows, 3, TestDevice.Instance);

    [Theory]
    [MemberData(nameof(Rows))]
    public void TwoTask_ForwardAndGradients_AreTheReference(int rows) => TestModels.TwoTask.AgainstReference(static m => m.Reference, rows, 4, TestDevice.Instance);

    [Theory]
    [MemberData(nameof(Rows))]
    public void Attentive_ForwardAndGradients_AreTheReference(int rows) => TestModels.Attentive.AgainstReference(static m => m.Reference, rows, 2, TestDevice.Instance);

    [Theory]
    [MemberData(nameof(Rows))]
    public void Spatial_ForwardAndGradients_AreTheReference(int rows) => TestModels.Spatial.AgainstReference(static m => m.Reference, rows, 2, TestDevice.Instance);

    [Theory]
    [InlineData(EvolutionPhase.Base)]
    [InlineData(EvolutionPhase.Dense)]
    [InlineData(EvolutionPhase.Sparse)]
    public void Evolved_ForwardAndGradients_AreTheReference(EvolutionPhase phase) => TestModels.Evolved(phase).AgainstReference(static m => m.Reference, 9, 3, TestDevice.Instance);

    [Theory]
    [InlineData(EvolutionPhase.Learning)]
    [InlineData(EvolutionPhase.Sparse)]
    public void Stable_ForwardAndGradients_AreTheReference(EvolutionPhase phase)
    {
        TestModels.Stable(phase).AgainstReference(static m => m.Reference, 3, 3, TestDevice.Instance);
        TestModels.StableSolo(phase).AgainstReference(static m => m.Reference, 9, 3, TestDevice.Instance);
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void Memory_ForwardAndGradients_AreTheReference(int rows) => TestModels.Memory.AgainstReference(static m => m.Reference, rows, 4, TestDevice.Instance);

    [Theory]
    [MemberData(nameof(Rows))]
    public void Experts_ForwardAndGradients_AreTheReference(int rows) => TestModels.Experts.AgainstReference(static m => m.Reference, rows, 2, TestDevice.Instance);

    [Theory]
    [MemberData(nameof(Rows))]
    public void Second_ForwardAndGradients_AreTheReference(int rows) => TestModels.Second.AgainstReference(static m => m.Reference, rows, 4, TestDevice.Instance);

    [Theory]
    [MemberData(nameof(Rows))]
    public void Grown_ForwardAndGradients_AreTheReference(int rows) => TestModels.Grown.AgainstReference(static m => m.Reference, rows, 4, TestDevice.Instance);

    [Fact]
    public void SoftGate_ForwardAndGradients_AreTheReference() => TestModels.SoftGate.AgainstReference(static m => m.Reference, 9, 4, TestDevice.Instance);

    [Fact]
    public void Losses_ForwardAndGradients_AreTheReference() => TestModels.Losses.AgainstReference(static m => m.Reference, 9, 4, TestDevice.Instance);

    [Theory]
    [MemberData(nameof(Rows))]
    public void Brain_ForwardAndGradients_AreTheReference(int rows) => TestModels.Brain.AgainstReference(static m => m.Reference, rows, 5, TestDevice.Instance);

    [Theory]
    [MemberData(nameof(Rows))]
    public void Half_ForwardAndGradients_AreTheReference(int rows) => TestModels.Half.AgainstReference(static m => m.Reference, rows, 6, TestDevice.Instance);

    /// <summary>With the kernels for tensor cores, wherever what stands for them runs; a few rows have a form without them.</summary>
    [Fact]
    public void Narrow_OnTensorCores_AreTheReference()
    {
        TestModels.Brain.AgainstReference(static m => m.Reference, 9, 5, TestDevice.TensorCores);
        TestModels.Half.AgainstReference(static m => m.Reference, 9, 6, TestDevice.TensorCores);
    }

    [Fact]
    public void Step_Twice_GivesTheSameBits()
    {
        int rows = TestDevice.IsSimulated ? 5 : 33;
        Assert.Equal(TestModels.Routed.Step(TestDevice.Instance, rows, 5), TestModels.Routed.Step(TestDevice.Instance, rows, 5));
        Assert.Equal(TestModels.Layered.Step(TestDevice.Instance, rows, 5), TestModels.Layered.Step(TestDevice.Instance, rows, 5));
        Assert.Equal(TestModels.Memory.Step(TestDevice.Instance, rows, 5), TestModels.Memory.Step(TestDevice.Instance, rows, 5));
        Assert.Equal(TestModels.Brain.Step(TestDevice.Instance, rows, 5), TestModels.Brain.Step(TestDevice.Instance, rows, 5));
        Assert.Equal(TestModels.Half.Step(TestDevice.Instance, rows, 5), TestModels.Half.Step(TestDevice.Instance, rows, 5));
    }
}
