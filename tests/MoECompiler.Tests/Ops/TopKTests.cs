using CsCheck;
using MoECompiler.Ops;
using Xunit;

namespace MoECompiler.Tests.Ops;

[Tests(typeof(TopK), typeof(ArgMax))]
public class TopKTests : OpTest
{
    /// <summary>Few different numbers, so that ties are common, and all that is not a number or not finite.</summary>
    private static readonly Gen<float> s_scores = Gen.OneOf(0f, -0f, 1f, 2f, 2f, -3f, float.NaN, float.PositiveInfinity, float.NegativeInfinity);

    [Fact]
    public void TopK_AnyScores_GivesTheGreatestInOrder()
    {
        Gen.Select(Gen.Int[0, 5], Gen.Int[1, 20], Gen.Int[0, 20])
            .SelectMany((rows, experts, count) => s_scores.Array[rows * experts].Select(scores => (rows, experts, Math.Min(count, experts), scores)))
            .Sample((rows, experts, count, scores) => Check(rows, experts, count, TestTensor.F32([rows, experts], scores)), iter: 4 * Cases);
        Check(3_000, 64, 8, new Source(1).Normal(3_000, 64));
        Check(7, 8, 8, new Source(2).Normal(7, 8));
        Check(5, 1, 1, new Source(3).Normal(5, 1));

        static void Check(int rows, int experts, int count, TestTensor scores)
        {
            Matches(new TopK(count), [scores], (cpu, v) => Kernels.TopK(cpu, v.In(0), v.OutIndices()), 0);
            Matches(new ArgMax(), [scores], (cpu, v) => Kernels.ArgMax(cpu, v.In(0), v.OutIndices()), 0);
        }
    }

    [Fact]
    public void TopK_MoreThanARowHas_Throws()
    {
        using CpuDevice cpu = new(1);
        ArgumentException error = Assert.Throws<ArgumentException>(() => Kernels.TopK(cpu, cpu.New<float>(2, 3), cpu.New<int>(2, 4)));
        Assert.Equal("TopK of 4 from rows of 3.", error.Message);
    }

    [Fact]
    public void ArgMax_RowsOfNothing_Throws()
    {
        using CpuDevice cpu = new(1);
        Assert.Throws<ArgumentException>(() => Kernels.ArgMax(cpu, cpu.New<float>(2, 0), cpu.New<int>(2)));
    }
}
