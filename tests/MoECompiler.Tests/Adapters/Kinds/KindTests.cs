using Xunit;

namespace MoECompiler.Tests.Adapters;

/// <summary>Adapters of all kinds, at a matrix, in repeated layers and at experts, each against what has to hold of any.</summary>
public class KindTests
{
    public static TheoryData<int> Kinds => [.. Enumerable.Range(0, KindCheck.All.Count)];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Kind_New_ChangesNoBit(int kind)
    {
        using CpuDevice device = new(2);
        KindCheck.All[kind].ChangesNothingNew(device);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Kind_ForwardAndGradients_AreTheReference(int kind)
    {
        using CpuDevice device = new(2);
        KindCheck.All[kind].IsTheReference(1, device);
        KindCheck.All[kind].IsTheReference(9, device);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Kind_Gradients_AreThoseOfDifferences(int kind)
    {
        if (KindCheck.All[kind].HasTrueGradients)
            KindCheck.All[kind].HasTheGradientsOfDifferences();
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Kind_TrainedParameters_AreAsManyAsStated(int kind) => KindCheck.All[kind].CountsItsParameters();

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Kind_Merged_ComputesTheSameAndIsTakenOut(int kind)
    {
        using CpuDevice device = new(2);
        KindCheck.All[kind].MergesAndIsTakenOut(device);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Kind_File_ComesBackAndIsRefusedByOtherKinds(int kind) =>
        KindCheck.All[kind].ComesBackFromItsFile(kind == 5 ? static m => new PrancKind(m) : static m => new Ia3Kind(m));

    [Fact]
    public void Ia3_AFactorOf0_IsNotMerged()
    {
        using CpuDevice device = new(1);
        using KindModel model = AdapterChecks.New(new KindModel(device));
        using Ia3Kind adapter = new(model);
        ((Ia3Gains)adapter.Sites[0]).Gains.Value.Span[2] = 0;
        Assert.Contains("Stem.Gains is 0 at 2", Assert.Throws<InvalidOperationException>(adapter.Merge).Message, StringComparison.Ordinal);
        Assert.False(adapter.IsMerged);
    }

    /// <summary>A factor of what was added before it cannot stay when that goes.</summary>
    [Fact]
    public void Unmerge_BelowAFactor_IsRefused()
    {
        using CpuDevice device = new(1);
        using KindModel model = AdapterChecks.New(new KindModel(device));
        using StableKind sum = new(model);
        using Ia3Kind factor = new(model);
        sum.Merge();
        factor.Merge();
        string message = Assert.Throws<InvalidOperationException>(sum.Unmerge).Message;
        Assert.Contains("Ia3Kind was merged after StableKind, and one of them does not only add: take Ia3Kind out first", message, StringComparison.Ordinal);
        factor.Unmerge();
        sum.Unmerge();
    }

    /// <summary>Only gradients differ, and only those of the factors.</summary>
    [Fact]
    public void Dora_NormDetached_HasTheSameResults()
    {
        using CpuDevice device = new(1);
        using KindModel model = AdapterChecks.New(new KindModel(device));
        using DoraKind whole = new(model);
        using DetachedDoraKind detached = new(model);
        AdapterChecks.Trained(whole, 1);
        AdapterChecks.Trained(detached, 1);
        View<float> x = device.Upload<float>([.. Enumerable.Range(0, 20).Select(static i => MathF.Cos(i))], [4, 5]), labels = device.New<float>(4, 3), y = device.New<float>(4, 3);
        whole.Forward(x, labels);
        detached.Forward(x, y);
        Assert.Equal(labels.ToArray(), y.ToArray());
        foreach (Model adapter in (Model[])[whole, detached])
            adapter.AllocateGradients();
        View<int> classes = device.Upload<int>([0, 1, 2, 0], [4]);
        View<float> metrics = device.New<float>(whole.Metrics.Sum(static m => m.Count));
        whole.Backward(x, classes, default, metrics);
        detached.Backward(x, classes, default, metrics);
        foreach ((DoraFactors a, DoraFactors b) in whole.Sites.Cast<DoraFactors>().Zip(detached.Sites.Cast<DoraFactors>()))
        {
            Assert.Equal(a.Magnitude.Gradient.ToArray(), b.Magnitude.Gradient.ToArray());
            Assert.NotEqual(a.A.Gradient.ToArray(), b.A.Gradient.ToArray());
        }
    }

    /// <summary>A row of zeroes has no direction: it stays one.</summary>
    [Fact]
    public void Dora_RowOfZeroes_ChangesNoBit()
    {
        using CpuDevice device = new(1);
        using KindModel model = AdapterChecks.New(new KindModel(device));
        model.Head.Weight.Value.Span[..KindModel.Width].Clear();
        using DoraKind adapter = new(model);
        View<float> x = device.Upload<float>([1, 2, 3, 4, 5], [1, 5]), expected = device.New<float>(1, 3), found = device.New<float>(1, 3);
        model.Forward(x, expected);
        adapter.Forward(x, found);
        Assert.Equal(expected.ToArray(), found.ToArray());
    }
}
