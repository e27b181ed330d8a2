using CsCheck;
using MoECompiler.Graphs;
using MoECompiler.Ops;
using Xunit;

namespace MoECompiler.Tests.Ops;

public class ScheduledValueTests : OpTest
{
    [Fact]
    public void ScheduledValue_AnyStep_MatchesTheDefinition() =>
        Gen.Select(Gen.Enum<ScheduleShape>(), Gen.Float[0.01f, 3], Gen.Float[0.01f, 3], Gen.Int[1, 500], Gen.Int[0, 700], Gen.Int[0, 300]).Sample((shape, from, to, over, step, begin) =>
        {
            RandomState random = new(1, step);
            Matches(
                new ScheduledValue(shape, from, to, over, begin), [],
                (cpu, v) => Kernels.ScheduledValue(cpu, v.Out(), random, Shape: shape, From: from, To: to, Over: over, Begin: begin), 1e-7, random);
        });

    /// <summary>The published formulas: max(From - t (From - To) / Over, To), and max(From exp(ln(To / From) t / Over), To).</summary>
    [Theory]
    [InlineData(ScheduleShape.Constant, 0, 2f)]
    [InlineData(ScheduleShape.Constant, 900, 2f)]
    [InlineData(ScheduleShape.Linear, 0, 2f)]
    [InlineData(ScheduleShape.Linear, 50, 1.25f)]
    [InlineData(ScheduleShape.Linear, 100, 0.5f)]
    [InlineData(ScheduleShape.Linear, 101, 0.5f)]
    [InlineData(ScheduleShape.Exponential, 0, 2f)]
    [InlineData(ScheduleShape.Exponential, 50, 1f)]
    [InlineData(ScheduleShape.Exponential, 75, 0.70710678f)]
    [InlineData(ScheduleShape.Exponential, 1_000, 0.5f)]
    public void ScheduledValue_FromTwoToAHalf_IsThePublishedFormula(ScheduleShape shape, long step, float expected)
    {
        using CpuDevice cpu = new(1);
        View<float> y = cpu.New<float>();
        Kernels.ScheduledValue(cpu, y, new RandomState(1, step), shape, From: 2, To: 0.5f, Over: 100);
        Assert.Equal(expected, y.Span[0], 1e-7f);
    }

    [Theory]
    [InlineData(0, 2f)]
    [InlineData(30, 2f)]
    [InlineData(80, 1.25f)]
    [InlineData(130, 0.5f)]
    [InlineData(230, 0.5f)]
    public void ScheduledValue_OfALaterBegin_IsAsManyStepsLater(long step, float expected)
    {
        using CpuDevice cpu = new(1);
        View<float> y = cpu.New<float>();
        Kernels.ScheduledValue(cpu, y, new RandomState(1, step), ScheduleShape.Linear, From: 2, To: 0.5f, Over: 100, Begin: 30);
        Assert.Equal(expected, y.Span[0], 1e-7f);
    }

    [Fact]
    public void ScheduledValue_Impossible_IsNamed()
    {
        Assert.Throws<ShapeError>(() => new ScheduledValue(ScheduleShape.Linear, 2, 1, 0).Infer([]));
        Assert.Equal(
            "an exponential schedule goes between numbers of one sign, not from 2f to 0f",
            Assert.Throws<ShapeError>(() => new ScheduledValue(ScheduleShape.Exponential, 2, 0, 5).Infer([])).Message);
    }
}
