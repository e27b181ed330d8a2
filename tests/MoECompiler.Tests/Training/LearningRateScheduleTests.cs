using MoECompiler.Training;
using Xunit;

namespace MoECompiler.Tests.Training;

public class LearningRateScheduleTests
{
    [Fact]
    public void Constant_WithoutWarmUp_IsOne()
        => Assert.All(Factors(new ConstantSchedule(), 5), static factor => Assert.Equal(1, factor));

    [Fact]
    public void Constant_WithWarmUp_RisesInEqualParts()
        => Assert.Equal([0.25, 0.5, 0.75, 1, 1, 1], Factors(new ConstantSchedule { WarmUpSteps = 4 }, 6));

    [Fact]
    public void Linear_FallsInEqualParts()
        => Assert.Equal([1, 0.875, 0.75, 0.625], Factors(new LinearSchedule { FinalFactor = 0.5 }, 4));

    [Fact]
    public void Linear_WithWarmUp_FallsFromItsEnd()
        => Assert.Equal([0.5, 1, 1, 0.75, 0.5, 0.25], Factors(new LinearSchedule { WarmUpSteps = 2 }, 6));

    [Fact]
    public void Cosine_FollowsTheCosine()
    {
        double[] factors = Factors(new CosineSchedule { FinalFactor = 0.1, WarmUpSteps = 1 }, 5);
        double[] expected = [1, 1, 0.1 + 0.9 * (1 + Math.Sqrt(0.5)) / 2, 0.1 + 0.9 / 2, 0.1 + 0.9 * (1 - Math.Sqrt(0.5)) / 2];
        for (int step = 0; step < expected.Length; step++)
            Assert.Equal(expected[step], factors[step], 12);
    }

    [Fact]
    public void Factor_AfterTheLastStep_StaysFinal()
        => Assert.Equal(0.1, new CosineSchedule { FinalFactor = 0.1 }.Factor(12, 10), 12);

    [Fact]
    public void Factor_WarmUpLongerThanTraining_OnlyRises()
        => Assert.Equal([0.1, 0.2], Factors(new CosineSchedule { WarmUpSteps = 10 }, 2));

    private static double[] Factors(LearningRateSchedule schedule, int steps)
        => [.. Enumerable.Range(0, steps).Select(step => schedule.Factor(step, steps))];
}
