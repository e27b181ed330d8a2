using CsCheck;
using MoECompiler.Tests.Ops;
using Xunit;

namespace MoECompiler.Gpu.Tests.Ops;

// In here the ops come before the modules of the same names.
using MoECompiler.Ops;

public class AttentionTests : GpuOpTest
{
    [Fact]
    public void Attention_AnyExtents_MatchesTheDefinition() => ForCases(c => Matches(c.Op, c.Operands(), (gpu, v) =>
    {
        (View<float> q, View<float> k, View<float> x, View<float> y, View<float> sum) = (v.In(0), v.In(1), v.In(2), v.Out(0), v.Out(1));
        (int heads, int kvHeads, float scale, bool causal) = (c.Heads, c.KvHeads, c.Scale, c.IsCausal);
        if (c.BiasRank > 0 && c.HasLengths)
            GpuKernels.Attention(gpu, q, k, x, v.In(3), v.Indices(4), y, sum, Heads: heads, KvHeads: kvHeads, Scale: scale, IsCausal: causal);
        else if (c.BiasRank > 0)
            GpuKernels.Attention(gpu, q, k, x, v.In(3), y, sum, Heads: heads, KvHeads: kvHeads, Scale: scale, IsCausal: causal);
        else if (c.HasLengths)
            GpuKernels.Attention(gpu, q, k, x, v.Indices(3), y, sum, Heads: heads, KvHeads: kvHeads, Scale: scale, IsCausal: causal);
        else
            GpuKernels.Attention(gpu, q, k, x, y, sum, Heads: heads, KvHeads: kvHeads, Scale: scale, IsCausal: causal);
    }, 5e-6));

    [Fact]
    public void AttentionGradient_AnyExtents_MatchesTheDefinition() => ForCases(c => Matches(
        new AttentionGradient(c.Heads, c.KvHeads, c.Scale, c.IsCausal), c.BackwardOperands(), (gpu, v) =>
        {
            (View<float> q, View<float> k, View<float> x, View<float> dq, View<float> dk, View<float> dv) = (v.In(0), v.In(1), v.In(2), v.Out(0), v.Out(1), v.Out(2));
            (int heads, int kvHeads, float scale, bool causal) = (c.Heads, c.KvHeads, c.Scale, c.IsCausal);
            if (c.BiasRank > 0 && c.HasLengths)
                GpuKernels.AttentionGradient(gpu, q, k, x, v.In(3), v.Indices(4), v.In(5), v.In(6), v.In(7), dq, dk, dv, heads, kvHeads, scale, causal);
            else if (c.BiasRank > 0)
                GpuKernels.AttentionGradient(gpu, q, k, x, v.In(3), v.In(4), v.In(5), v.In(6), dq, dk, dv, heads, kvHeads, scale, causal);
            else if (c.HasLengths)
                GpuKernels.AttentionGradient(gpu, q, k, x, v.Indices(3), v.In(4), v.In(5), v.In(6), dq, dk, dv, heads, kvHeads, scale, causal);
            else
                GpuKernels.AttentionGradient(gpu, q, k, x, v.In(3), v.In(4), v.In(5), dq, dk, dv, heads, kvHeads, scale, causal);
        }, 5e-5));

    [Fact]
    public void AttentionBiasGradient_AnyExtents_MatchesTheDefinition() => ForCases(any =>
    {
        AttentionCase c = any with { BiasRank = 3 + (any.Seed & 1) };
        Matches(new AttentionBiasGradient(c.Heads, c.KvHeads, c.Scale, c.IsCausal), c.BackwardOperands(), (gpu, v) =>
        {
            if (c.HasLengths)
                GpuKernels.AttentionBiasGradient(gpu, v.In(0), v.In(1), v.In(2), v.In(3), v.Indices(4), v.In(5), v.In(6), v.In(7), v.Out(), c.Heads, c.KvHeads, c.Scale, c.IsCausal);
            else
                GpuKernels.AttentionBiasGradient(gpu, v.In(0), v.In(1), v.In(2), v.In(3), v.In(4), v.In(5), v.In(6), v.Out(), c.Heads, c.KvHeads, c.Scale, c.IsCausal);
        }, 2e-5);
    });

    /// <summary>Random cases; then several groups of lines, and of heads wider than what a group has of them at once.</summary>
    private static void ForCases(Action<AttentionCase> test)
    {
        AttentionCase.Any(TestDevice.IsSimulated ? 7 : 90, TestDevice.IsSimulated ? 6 : 40).Sample(test, iter: 2 * Cases, threads: 1);
        test(new AttentionCase(1, 5, 140, 1, 2, 4, 8, 0, false, false, 1));
        test(new AttentionCase(1, 6, 3, 1, 1, 270, 2, 0, true, false, 2));
        if (TestDevice.IsSimulated)
            return;
        test(new AttentionCase(1, 300, 300, 1, 1, 20, 32, 0, false, true, 1));
        test(new AttentionCase(2, 200, 131, 2, 2, 64, 64, 3, true, false, 2));
    }
}
