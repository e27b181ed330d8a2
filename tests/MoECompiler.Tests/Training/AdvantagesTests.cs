using CsCheck;
using MoECompiler.Training;
using Xunit;

namespace MoECompiler.Tests.Training;

public class AdvantagesTests
{
    /// <summary>The sum of the definition: A_t = sum over k of (discount decay)^k d_(t+k), as far as the episode goes.</summary>
    [Fact]
    public void Estimate_AnySteps_IsTheDiscountedSumOfErrors()
        => Gen.Select(Gen.Float[-1, 1].Array[1, 20], Gen.Int).Sample((rewards, seed) =>
        {
            Random random = new(seed);
            int steps = rewards.Length;
            float[] values = [.. rewards.Select(_ => random.NextSingle())], advantages = new float[steps], returns = new float[steps];
            bool[] ends = [.. rewards.Select(_ => random.Next(4) == 0)];
            Advantages.Estimate(rewards, values, ends, lastValue: 0.7f, advantages, returns, discount: 0.9, decay: 0.8);
            for (int t = 0; t < steps; t++)
            {
                double sum = 0;
                for (int k = t; k < steps; k++)
                {
                    double next = ends[k] ? 0 : k + 1 < steps ? values[k + 1] : 0.7f;
                    sum += Math.Pow(0.9 * 0.8, k - t) * (rewards[k] + 0.9 * next - values[k]);
                    if (ends[k])
                        break;
                }
                Assert.Equal(sum, advantages[t], 1e-5);
                Assert.Equal(sum + values[t], returns[t], 1e-5);
            }
        });

    [Fact]
    public void Normalize_Anything_HasMean0AndDeviation1()
    {
        float[] advantages = [3, 5, 9, -2, 4];
        Advantages.Normalize(advantages);
        Assert.Equal(0, advantages.Average(), 1e-6f);
        Assert.Equal(1, advantages.Average(static a => a * a), 1e-6f);
        float[] alike = [2, 2, 2];
        Advantages.Normalize(alike);
        Assert.Equal([0, 0, 0], alike);
    }

    [Fact]
    public void Estimate_OtherLengths_Throws()
        => Assert.Throws<ArgumentException>(() => Advantages.Estimate([1, 2], [1], [true, true], 0, new float[2], new float[2]));
}
