using CsCheck;
using MoECompiler.Graphs;
using MoECompiler.Ops;
using Xunit;

namespace MoECompiler.Tests.Ops;

public class BalancedExpertsTests : OpTest
{
    /// <summary>Few different numbers, so that ties are common, and all that is not a number or not finite.</summary>
    private static readonly Gen<float> s_score = Gen.Frequency(
        (8, Gen.OneOf(0f, 1f, 0.5f, 0.25f, -1f)), (1, Gen.OneOf(-0f, float.NaN, float.PositiveInfinity, float.NegativeInfinity, 1e-40f)));

    [Fact]
    public void BalancedExperts_AnyScores_MatchesTheDefinition()
    {
        Gen.Select(Gen.Int[0, 40], Gen.Int[1, 6]).SelectMany((tokens, experts) => s_score.Array[tokens * experts].Select(scores => (tokens, experts, scores)))
            .Sample((tokens, experts, scores) => Check(TestTensor.F32([tokens, experts], scores)), iter: Cases);
        Gen.Select(Gen.Int[1, 60], Gen.Int[1, 8], Gen.Int).Sample((tokens, experts, seed) => Check(new Source(seed).Normal(tokens, experts)), iter: Cases);
        Check(new Source(1).Shares(400, 8));
        Check(TestTensor.F32([3, 2], float.MaxValue, -float.MaxValue, 1, 2, 3, 4));

        static void Check(TestTensor scores) => Matches(
            new BalancedExperts(), [scores], (cpu, v) => Kernels.BalancedExperts(cpu, v.In(0), v.OutIndices()), 0);
    }

    /// <summary>Against the best of all assignments, tried one by one: worse by no more than what is stated, and no expert has too many.</summary>
    [Fact]
    public void BalancedExperts_FewTokens_AreNearTheGreatestSum() => Gen.Select(Gen.Int[1, 7], Gen.Int[1, 3], Gen.Int).Sample(
        (tokens, experts, seed) =>
        {
            using CpuDevice cpu = new(1);
            float[] scores = new Source(seed).Normal(tokens, experts).Floats;
            View<int> y = cpu.New<int>(tokens, 1);
            Kernels.BalancedExperts(cpu, cpu.Upload<float>(scores, tokens, experts), y);
            int capacity = (tokens + experts - 1) / experts;
            int[] chosen = y.Span.ToArray();
            Assert.All(Enumerable.Range(0, experts), e => Assert.InRange(chosen.Count(c => c == e), 0, capacity));
            double sum = chosen.Select((e, t) => (double)scores[t * experts + e]).Sum();
            Assert.InRange(sum, Greatest(scores, experts, 0, [.. Enumerable.Repeat(capacity, experts)]) - tokens / 250.0 * (scores.Max() - scores.Min()), double.PositiveInfinity);
        },
        iter: 4 * Cases);

    /// <summary>All tokens want the same experts, by the same margins: prices rise until the rounds are over, and yet all is balanced.</summary>
    [Fact]
    public void BalancedExperts_TokensAlike_AreBalanced()
    {
        using CpuDevice cpu = new(1);
        const int Tokens = 97, Experts = 8;
        View<int> y = cpu.New<int>(Tokens, 1);
        float[] row = [3, 3, 2, 1.5f, 1, 0, -1, 9];
        Kernels.BalancedExperts(cpu, cpu.Upload<float>([.. Enumerable.Repeat(row, Tokens).SelectMany(static r => r)], Tokens, Experts), y);
        int[] counts = [.. Enumerable.Range(0, Experts).Select(e => y.Span.ToArray().Count(c => c == e))];
        Assert.Equal(Tokens, counts.Sum());
        Assert.Equal(13, counts.Max());
    }

    [Fact]
    public void BalancedExperts_NoExpert_IsNamed()
    {
        using CpuDevice cpu = new(1);
        Assert.Equal(
            "There is no expert for 2 tokens.",
            Assert.Throws<ArgumentException>(() => Kernels.BalancedExperts(cpu, cpu.New<float>(2, 0), cpu.New<int>(2, 1))).Message);
        Assert.Throws<ShapeError>(() => new BalancedExperts().Infer([TensorType.F32(3)]));
    }

    private static double Greatest(float[] scores, int experts, int token, int[] room)
    {
        if (token * experts == scores.Length)
            return 0;
        double greatest = double.NegativeInfinity;
        for (int expert = 0; expert < experts; expert++)
        {
            if (room[expert] == 0)
                continue;
            room[expert]--;
            greatest = Math.Max(greatest, scores[token * experts + expert] + Greatest(scores, experts, token + 1, room));
            room[expert]++;
        }
        return greatest;
    }
}
