using MoECompiler.Training;
using Xunit;

namespace MoECompiler.Tests.Training;

public class LoadStatisticsTests
{
    private const double Tolerance = 1e-12;

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    public void Of_AnEvenLoad_HasNoVariationAndTheGreatestEntropy(int experts)
    {
        LoadStatistics even = LoadStatistics.Of([.. Enumerable.Repeat(7.0, experts)]);
        Assert.Equal(0, even.CoefficientOfVariation, Tolerance);
        Assert.Equal(Math.Log(experts), even.Entropy, Tolerance);
        Assert.Equal(1, even.Peak, Tolerance);
        Assert.Equal(0, even.Unused);
        Assert.Equal((experts + 4) / 5 / (double)experts, even.TopShare, Tolerance);
        Assert.Equal(even.TopShare, even.BottomShare, Tolerance);
    }

    [Fact]
    public void Of_OneExpertThatHasAll_IsTheOtherEnd()
    {
        LoadStatistics collapsed = LoadStatistics.Of([0, 0, 12, 0, 0]);
        Assert.Equal(2, collapsed.CoefficientOfVariation, Tolerance);
        Assert.Equal(0, collapsed.Entropy, Tolerance);
        Assert.Equal(5, collapsed.Peak, Tolerance);
        Assert.Equal(4, collapsed.Unused);
        Assert.Equal((1, 0), (collapsed.TopShare, collapsed.BottomShare));
    }

    [Fact]
    public void Of_SomeLoad_IsWhatTheFormulasSay()
    {
        LoadStatistics some = LoadStatistics.Of([1, 3]);
        Assert.Equal(0.5, some.CoefficientOfVariation, Tolerance);
        Assert.Equal(-(0.25 * Math.Log(0.25) + 0.75 * Math.Log(0.75)), some.Entropy, Tolerance);
        Assert.Equal(1.5, some.Peak, Tolerance);
        Assert.Equal((0.75, 0.25), (some.TopShare, some.BottomShare));
    }

    [Fact]
    public void Of_SixExperts_HasTwoInAFifth()
    {
        LoadStatistics six = LoadStatistics.Of([1, 2, 3, 4, 5, 5]);
        Assert.Equal((0.5, 0.15), (six.TopShare, six.BottomShare));
    }

    [Fact]
    public void Of_NoSlotAtAll_IsNoneOfAnything() => Assert.Equal(new LoadStatistics(0, 0, 0, 3, 0, 0), LoadStatistics.Of([0, 0, 0]));

    [Theory]
    [InlineData]
    [InlineData(1.0, -1.0)]
    [InlineData(1.0, double.NaN)]
    public void Of_WhatIsNoLoad_Throws(params double[] load) => Assert.Throws<ArgumentException>(() => LoadStatistics.Of(load));
}
