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
        KindCheck.All[kind].ComesBackFromItsFile(KindCheck.All[kind].ToString() == "Ia3" ? static m => new PrancKind(m) : static m => new Ia3Kind(m));

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

    /// <summary>Of each step another rank, from the least to the greatest: the columns of B past it have no gradient.</summary>
    [Fact]
    public void DyLora_EachStep_TrainsTheFirstOfItsRanks()
    {
        using CpuDevice device = new(1);
        using KindModel model = AdapterChecks.New(new KindModel(device));
        using DyLoraKind adapter = new(model);
        adapter.AllocateGradients();
        View<float> x = device.Upload<float>([.. Enumerable.Range(0, 20).Select(static i => MathF.Cos(i))], [4, 5]), metrics = device.New<float>(adapter.Metrics.Sum(static m => m.Count));
        View<int> classes = device.Upload<int>([0, 1, 2, 0], [4]);
        int[] drawn = new int[6];
        for (int step = 0; step < 200; step++)
        {
            adapter.Backward(x, classes, new RandomState(1, step), metrics);
            int[] ranks = [.. adapter.Sites.Take(1).Append(adapter.Sites[^1]).Select(static site => ((DyLoraFactors)site).B.Gradient.ToArray())
                .Select(static b => Enumerable.Range(0, 5).Count(r => b.Where((_, i) => i % 5 == r).Any(static g => g != 0)))];
            Assert.Equal(ranks[0], ranks[1]);
            Assert.All(((DyLoraFactors)adapter.Sites[0]).B.Gradient.ToArray().Where((_, i) => i % 5 >= ranks[0]), static g => Assert.Equal(0, g));
            drawn[ranks[0]]++;
        }
        // 50 of each are expected; less than 25 or more than 80 of 200 would be a wonder.
        Assert.Equal([0, 0], drawn[..2]);
        Assert.All(drawn[2..], static count => Assert.InRange(count, 25, 80));
    }

    /// <summary>The first rows and columns, Alpha over their number.</summary>
    [Fact]
    public void DyLora_ServedAtARank_IsLoraOfThatRank()
    {
        using CpuDevice device = new(1);
        using KindModel model = AdapterChecks.New(new KindModel(device));
        using DyLoraKind adapter = new(model);
        AdapterChecks.Trained(adapter, 1);
        Assert.Throws<ArgumentOutOfRangeException>(() => DyLoraFactors.ServeRank(adapter, 6));
        DyLoraFactors.ServeRank(adapter, 2);
        DyLoraFactors head = (DyLoraFactors)adapter.Sites[^1];
        float[] before = head.Weight.Value.ToArray(), a = head.A.Value.ToArray(), b = head.B.Value.ToArray();
        adapter.Merge();
        float[] merged = head.Weight.Value.ToArray();
        for (int i = 0; i < merged.Length; i++)
        {
            (int row, int column) = (i / head.In, i % head.In);
            double change = 3.0 / 2 * Enumerable.Range(0, 2).Sum(r => (double)b[row * 5 + r] * a[r * head.In + column]);
            Assert.Equal(before[i] + change, merged[i], 1e-6);
        }
        using Ia3Kind other = new(model);
        Assert.Contains("not of [DyLora]", Assert.Throws<ArgumentException>(() => DyLoraFactors.ServeRank(other, 2)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Bank_OfFactorsThatAreComputed_IsEachRowUnderItsAdapter()
    {
        using CpuDevice device = new(2);
        BankCheck.Vera(device, 8);
        BankCheck.DyLora(device, 8);
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
