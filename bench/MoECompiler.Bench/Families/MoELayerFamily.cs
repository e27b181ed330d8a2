using MoECompiler.Tests.Oracles;

namespace MoECompiler.Bench.Families;

/// <summary>
/// A whole mixture of experts, f32, from logits to the combined rows, beside ONNX Runtime's operator on the same weights, rows and number
/// of threads. 512 tokens, width 1024, inner 2048, 8 experts, the 2 best, SiLU.
/// </summary>
public class MoELayerFamily : Family
{
    private const int Tokens = 512, Width = 1024, Inner = 2048, Experts = 8, TopK = 2;

    private const double Flops = 2 * 2.0 * Tokens * TopK * Width * Inner;

    public override IEnumerable<Case> Cases => [Ours, OnnxRuntime];

    public override string? Compare(double ratio) => $"{ratio:F2} times as fast as ONNX Runtime";

    public static Case Ours { get; } = new("MoE layer, MoECompiler", Work.Flops(Flops), static cpu =>
    {
        MoELayer<SiluEpilogue> layer = new(cpu, Tokens, Experts, TopK, Inner, Width, normalizes: true);
        View<float> y = cpu.New<float>(Tokens, Width);
        (View<float> x, View<float> logits, View<float> up, View<float> down) = (Rows(cpu), Logits(cpu), Up(cpu), Down(cpu));
        return () => layer.Run(x, logits, up, down, y);
    });

    public static Case OnnxRuntime { get; } = new("MoE layer, ONNX Runtime", Work.Flops(Flops), static cpu =>
    {
        OrtMoELayer layer = new("silu", TopK, normalizes: true, Up(cpu).Span, Down(cpu).Span, Experts, Inner, Width, cpu.Team.Threads);
        float[] y = new float[Tokens * Width];
        (float[] x, float[] logits) = (Rows(cpu).Span.ToArray(), Logits(cpu).Span.ToArray());
        return () => layer.Run(x, logits, y);
    });

    private static View<float> Rows(CpuDevice cpu) => Random(cpu, 1, Tokens, Width);

    private static View<float> Logits(CpuDevice cpu) => Random(cpu, 2, Tokens, Experts);

    private static View<float> Up(CpuDevice cpu) => Random(cpu, 3, Experts, Inner, Width);

    private static View<float> Down(CpuDevice cpu) => Random(cpu, 4, Experts, Width, Inner);
}
