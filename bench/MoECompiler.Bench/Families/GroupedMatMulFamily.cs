using MoECompiler.Ops;

namespace MoECompiler.Bench.Families;

/// <summary>The products of a mixture of experts: 512 tokens, width 1024, inner 2048, 8 experts, the 2 best for each token.</summary>
public class GroupedMatMulFamily : Family
{
    public const int Tokens = 512, Width = 1024, Inner = 2048, Experts = 8, TopK = 2;

    private const double Flops = 2.0 * Tokens * TopK * Width * Inner;

    public override IEnumerable<Case> Cases =>
    [
        new("GroupedMatMul, up, rows gathered, TransposeB", Work.Flops(Flops), static cpu =>
        {
            Routed r = new(cpu);
            View<float> x = Random(cpu, 1, Tokens, Width);
            View<float> weights = Random(cpu, 2, Experts, Inner, Width);
            View<float> y = cpu.New<float>(Tokens * TopK, Inner);
            return () => Kernels.GroupedMatMul(cpu, x, weights, r.Order, r.Offsets, y, GatherRows: true, TransposeB: true);
        }),
        new("GroupedMatMul, down, TransposeB", Work.Flops(Flops), static cpu =>
        {
            Routed r = new(cpu);
            View<float> x = Random(cpu, 1, Tokens * TopK, Inner);
            View<float> weights = Random(cpu, 2, Experts, Width, Inner);
            View<float> y = cpu.New<float>(Tokens * TopK, Width);
            return () => Kernels.GroupedMatMul(cpu, x, weights, r.Order, r.Offsets, y, GatherRows: false, TransposeB: true);
        }),
        new("GroupedMatMul, up's data gradient", Work.Flops(Flops), static cpu =>
        {
            Routed r = new(cpu);
            View<float> dy = Random(cpu, 1, Tokens * TopK, Inner);
            View<float> weights = Random(cpu, 2, Experts, Inner, Width);
            View<float> dx = cpu.New<float>(Tokens * TopK, Width);
            return () => Kernels.GroupedMatMul(cpu, dy, weights, r.Order, r.Offsets, dx, GatherRows: false, TransposeB: false);
        }),
        new("GroupedWeightGradient, up, rows gathered, TransposeB", Work.Flops(Flops), static cpu =>
        {
            Routed r = new(cpu);
            View<float> x = Random(cpu, 1, Tokens, Width);
            View<float> dy = Random(cpu, 2, Tokens * TopK, Inner);
            View<float> dw = cpu.New<float>(Experts, Inner, Width);
            return () => Kernels.GroupedWeightGradient(cpu, x, dy, r.Order, r.Offsets, dw, GatherRows: true, TransposeB: true);
        }),
        new("SumRows", Work.Bytes(4.0 * (TopK + 1) * Tokens * Width), static cpu =>
        {
            Routed r = new(cpu);
            View<float> rows = Random(cpu, 1, Tokens * TopK, Width);
            View<float> y = cpu.New<float>(Tokens, Width);
            return () => Kernels.SumRows(cpu, rows, r.Order, y);
        }),
    ];

    /// <summary>Two different experts for each token, drawn evenly.</summary>
    private sealed class Routed
    {
        public Routed(CpuDevice cpu)
        {
            View<float> logits = Random(cpu, 3, Tokens, Experts);
            View<int> chosen = cpu.New<int>(Tokens, TopK);
            Order = cpu.New<int>(Tokens * TopK);
            Offsets = cpu.New<int>(Experts + 1);
            Kernels.TopK(cpu, logits, chosen);
            Kernels.Dispatch(cpu, chosen, Order, Offsets, cpu.New<int>(Tokens, TopK));
        }

        public View<int> Order { get; }

        public View<int> Offsets { get; }
    }
}
