using MoECompiler.Tests.Oracles;

namespace MoECompiler.Bench.Families;

/// <summary>
/// A whole mixture of experts, f32, from logits to the combined rows, beside ONNX Runtime's operator on the same weights, rows and number
/// of threads: 8 experts, the 2 best, SiLU.
/// </summary>
public abstract class MoELayerFamily(int tokens, int width, int inner) : Family
{
    private const int Experts = 8, TopK = 2;

    private double Flops => 2 * 2.0 * tokens * TopK * width * inner;

    private string Sizes => $"{tokens} tokens, {width} to {inner}";

    public override IEnumerable<Case> Cases => [Ours, OnnxRuntime];

    public override string? Compare(double ratio) => $"{ratio:F2} times as fast as ONNX Runtime";

    private Case Ours => new($"MoE layer, {Sizes}, MoECompiler", Work.Flops(Flops), cpu =>
    {
        MoELayer<SiluEpilogue> layer = new(cpu, tokens, Experts, TopK, inner, width, normalizes: true);
        View<float> y = cpu.New<float>(tokens, width);
        (View<float> x, View<float> logits, View<float> up, View<float> down) = (Rows(cpu), Logits(cpu), Up(cpu), Down(cpu));
        return () => layer.Run(x, logits, up, down, y);
    });

    private Case OnnxRuntime => new($"MoE layer, {Sizes}, ONNX Runtime", Work.Flops(Flops), cpu =>
    {
        OrtMoELayer layer = new("silu", TopK, normalizes: true, Up(cpu).Span, Down(cpu).Span, Experts, inner, width, cpu.Team.Threads);
        float[] y = new float[tokens * width];
        (float[] x, float[] logits) = (Rows(cpu).Span.ToArray(), Logits(cpu).Span.ToArray());
        return () => layer.Run(x, logits, y);
    });

    private View<float> Rows(CpuDevice cpu) => Random(cpu, 1, tokens, width);

    private View<float> Logits(CpuDevice cpu) => Random(cpu, 2, tokens, Experts);

    private View<float> Up(CpuDevice cpu) => Random(cpu, 3, Experts, inner, width);

    private View<float> Down(CpuDevice cpu) => Random(cpu, 4, Experts, width, inner);
}

/// <summary>The sizes of a small language model's layer in prefill: the products decide.</summary>
public class LargeMoELayerFamily() : MoELayerFamily(tokens: 512, width: 1024, inner: 2048);

/// <summary>The sizes of a model inside an app: what is around the products decides as well.</summary>
public class SmallMoELayerFamily() : MoELayerFamily(tokens: 64, width: 256, inner: 512);
