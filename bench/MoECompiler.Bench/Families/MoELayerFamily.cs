using MoECompiler.Ops;
using MoECompiler.Tests.Oracles;

namespace MoECompiler.Bench.Families;

/// <summary>
/// A whole mixture of experts, f32, compiled, beside ONNX Runtime's operator on the same weights, rows and number of threads: 512 rows of
/// <see cref="ExpertLayer"/>. Ours includes the router's product, whose result the other is given.
/// </summary>
public class MoELayerFamily : Family
{
    private const int Rows = 512;

    private const double Flops = 2 * 2.0 * Rows * ExpertLayer.TopK * ExpertLayer.Width * ExpertLayer.Inner;

    public override IEnumerable<Case> Cases => [Ours, OnnxRuntime];

    public override string? Compare(double ratio) => $"{ratio:F2} times as fast as ONNX Runtime";

    public static Case Ours { get; } = new("MoE layer, MoECompiler", Work.Flops(Flops), static cpu =>
    {
        (ExpertLayer layer, View<float> x) = Prepare(cpu);
        View<float> y = cpu.New<float>(Rows, ExpertLayer.Width);
        return () => layer.Forward(x, y);
    });

    public static Case OnnxRuntime { get; } = new("MoE layer, ONNX Runtime", Work.Flops(Flops), static cpu =>
    {
        (ExpertLayer layer, View<float> x) = Prepare(cpu);
        View<float> logits = cpu.New<float>(Rows, ExpertLayer.Experts);
        Kernels.MatMul(cpu, x, layer.Mixture.Router.Value, logits, TransposeA: false, TransposeB: true);
        Span<float> up = layer.Mixture.Up.Value.Span;
        Span<float> down = layer.Mixture.Down.Value.Span;
        OrtMoELayer ort = new(
            "silu", ExpertLayer.TopK, normalizes: true, up, down, ExpertLayer.Experts, ExpertLayer.Inner, ExpertLayer.Width, cpu.Team.Threads);
        (float[] rows, float[] router, float[] y) = (x.Span.ToArray(), logits.Span.ToArray(), new float[Rows * ExpertLayer.Width]);
        return () => ort.Run(rows, router, y);
    });

    private static (ExpertLayer Layer, View<float> X) Prepare(CpuDevice cpu)
    {
        ExpertLayer layer = new(cpu);
        layer.Initialize(seed: 1);
        return (layer, Random(cpu, 1, Rows, ExpertLayer.Width));
    }
}
