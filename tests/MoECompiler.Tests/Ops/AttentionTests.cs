using CsCheck;
using MoECompiler.Graphs;
using Xunit;

namespace MoECompiler.Tests.Ops;

// In here the ops come before the modules of the same names.
using MoECompiler.Ops;

[Tests(typeof(Attention), typeof(AttentionGradient), typeof(AttentionBiasGradient))]
public class AttentionTests : OpTest
{
    /// <summary>Several tiles and panels, with ends, of one sample and head, and of many.</summary>
    private static readonly AttentionCase[] s_large =
    [
        new(1, 300, 300, 1, 1, 20, 33, 0, false, true, 1), new(2, 200, 131, 2, 4, 64, 64, 3, true, false, 2), new(3, 130, 130, 1, 8, 5, 7, 4, true, true, 3),
    ];

    [Fact]
    public void Attention_AnyExtents_MatchesTheDefinition()
    {
        AttentionCase.Any(110, 40).Sample(Check, iter: Cases);
        Array.ForEach(s_large, Check);

        static void Check(AttentionCase c) => Matches(c.Op, c.Operands(), (cpu, v) =>
        {
            (View<float> q, View<float> k, View<float> x, View<float> y, View<float> sum) = (v.In(0), v.In(1), v.In(2), v.Out(0), v.Out(1));
            (int heads, int kvHeads, float scale, bool causal) = (c.Heads, c.KvHeads, c.Scale, c.IsCausal);
            if (c.BiasRank > 0 && c.HasLengths)
                Kernels.Attention(cpu, q, k, x, v.In(3), v.Indices(4), y, sum, Heads: heads, KvHeads: kvHeads, Scale: scale, IsCausal: causal);
            else if (c.BiasRank > 0)
                Kernels.Attention(cpu, q, k, x, v.In(3), y, sum, Heads: heads, KvHeads: kvHeads, Scale: scale, IsCausal: causal);
            else if (c.HasLengths)
                Kernels.Attention(cpu, q, k, x, v.Indices(3), y, sum, Heads: heads, KvHeads: kvHeads, Scale: scale, IsCausal: causal);
            else
                Kernels.Attention(cpu, q, k, x, y, sum, Heads: heads, KvHeads: kvHeads, Scale: scale, IsCausal: causal);
        }, 5e-6);
    }

    [Fact]
    public void AttentionGradient_AnyExtents_MatchesTheDefinition()
    {
        AttentionCase.Any(110, 40).Sample(Check, iter: Cases);
        Array.ForEach(s_large, Check);

        static void Check(AttentionCase c) => Matches(new AttentionGradient(c.Heads, c.KvHeads, c.Scale, c.IsCausal), c.BackwardOperands(), (cpu, v) =>
        {
            (View<float> q, View<float> k, View<float> x, View<float> dq, View<float> dk, View<float> dv) = (v.In(0), v.In(1), v.In(2), v.Out(0), v.Out(1), v.Out(2));
            (int heads, int kvHeads, float scale, bool causal) = (c.Heads, c.KvHeads, c.Scale, c.IsCausal);
            if (c.BiasRank > 0 && c.HasLengths)
                Kernels.AttentionGradient(cpu, q, k, x, v.In(3), v.Indices(4), v.In(5), v.In(6), v.In(7), dq, dk, dv, heads, kvHeads, scale, causal);
            else if (c.BiasRank > 0)
                Kernels.AttentionGradient(cpu, q, k, x, v.In(3), v.In(4), v.In(5), v.In(6), dq, dk, dv, heads, kvHeads, scale, causal);
            else if (c.HasLengths)
                Kernels.AttentionGradient(cpu, q, k, x, v.Indices(3), v.In(4), v.In(5), v.In(6), dq, dk, dv, heads, kvHeads, scale, causal);
            else
                Kernels.AttentionGradient(cpu, q, k, x, v.In(3), v.In(4), v.In(5), dq, dk, dv, heads, kvHeads, scale, causal);
        }, 5e-5);
    }

    [Fact]
    public void AttentionBiasGradient_AnyExtents_MatchesTheDefinition()
    {
        AttentionCase.Any(110, 40).Sample(c => Check(c with { BiasRank = 3 + (c.Seed & 1) }), iter: Cases);
        Check(s_large[1]);
        Check(s_large[2]);

        static void Check(AttentionCase c) => Matches(new AttentionBiasGradient(c.Heads, c.KvHeads, c.Scale, c.IsCausal), c.BackwardOperands(), (cpu, v) =>
        {
            if (c.HasLengths)
                Kernels.AttentionBiasGradient(cpu, v.In(0), v.In(1), v.In(2), v.In(3), v.Indices(4), v.In(5), v.In(6), v.In(7), v.Out(), c.Heads, c.KvHeads, c.Scale, c.IsCausal);
            else
                Kernels.AttentionBiasGradient(cpu, v.In(0), v.In(1), v.In(2), v.In(3), v.In(4), v.In(5), v.In(6), v.Out(), c.Heads, c.KvHeads, c.Scale, c.IsCausal);
        }, 2e-5);
    }

    [Theory]
    [InlineData(0, false, false)]
    [InlineData(0, true, true)]
    [InlineData(3, false, true)]
    [InlineData(4, true, false)]
    public void Attention_EachOperand_HasTheGradientOfItsDifferences(int biasRank, bool hasLengths, bool isCausal)
    {
        AttentionCase c = new(2, 4, isCausal ? 4 : 5, 2, 2, 3, 2, biasRank, hasLengths, isCausal, 5);
        TestTensor[] operands = c.Operands();
        if (hasLengths)
            operands[^1] = TestTensor.I32([2], 3, 5);
        GradientCheck.Check(c.Op, operands);
    }

    /// <summary>A bias of -infinity hides a key; where it hides all, the result is 0 and so is every slope.</summary>
    [Fact]
    public void Attention_BiasThatHidesAllKeys_GivesZeroes()
    {
        using CpuDevice cpu = new(1);
        View<float> q = cpu.Upload<float>([1, 2], 1, 2, 1), k = cpu.Upload<float>([3, 4], 1, 2, 1), v = cpu.Upload<float>([5, 6], 1, 2, 1);
        const float Hidden = float.NegativeInfinity;
        View<float> bias = cpu.Upload<float>([Hidden, 0, Hidden, Hidden], 1, 2, 2);
        View<float> y = cpu.New<float>(1, 2, 1), logSum = cpu.New<float>(1, 2, 1), slope = cpu.New<float>(1, 2, 1);
        Kernels.Attention(cpu, q, k, v, bias, y, logSum, Heads: 1, KvHeads: 1, Scale: 1, IsCausal: false);
        Assert.Equal([6, 0], y.ToArray());
        Assert.Equal([4, Hidden], logSum.ToArray());
        View<float> dy = cpu.Upload<float>([1, 1], 1, 2, 1), level = cpu.Upload<float>([6, 0], 1, 2, 1);
        View<float> dk = cpu.New<float>(1, 2, 1), dv = cpu.New<float>(1, 2, 1);
        Kernels.AttentionGradient(cpu, q, k, v, bias, logSum, level, dy, slope, dk, dv, Heads: 1, KvHeads: 1, Scale: 1, IsCausal: false);
        Assert.Equal([0, 0], slope.ToArray());
        Assert.Equal([0, 0], dk.ToArray());
        Assert.Equal([0, 1], dv.ToArray());
    }

    [Fact]
    public void Attention_HeadsThatDoNotDivide_AreRefused()
    {
        TensorType x = TensorType.F32(2, 3, 12);
        Assert.Contains("share", Assert.Throws<ShapeError>(() => new Attention(4, 3).Infer([x, x, x])).Message);
        Assert.Contains("5 heads", Assert.Throws<ShapeError>(() => new Attention(5, 5).Infer([x, x, x])).Message);
        Assert.Contains("causal", Assert.Throws<ShapeError>(() => new Attention(2, 2, 0, true).Infer([x, TensorType.F32(2, 4, 12), TensorType.F32(2, 4, 12)])).Message);
        Assert.Contains("columns", Assert.Throws<ShapeError>(() => new Attention(2, 1).Infer([x, x, x])).Message);
    }
}
