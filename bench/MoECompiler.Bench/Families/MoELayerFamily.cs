using MoECompiler.Ops;
using MoECompiler.Tests.Oracles;

namespace MoECompiler.Bench.Families;

/// <summary>
/// A whole mixture of experts, f32, compiled, beside ONNX Runtime's operator on the same weights, rows and number of threads. Ours includes
/// the router's product, whose result the other is given.
/// </summary>
/// <param name="rows">Tokens.</param>
/// <param name="width">What <see cref="ExpertLayer"/> is bound to.</param>
/// <param name="inner">What <see cref="ExpertLayer"/> is bound to.</param>
public abstract class MoELayerFamily(int rows, int width, int inner) : Family
{
    private double Flops => 2 * 2.0 * rows * ExpertLayer.TopK * width * inner;

    private string Sizes => $"{rows} rows, {width} to {inner}";

    public override IEnumerable<Case> Cases => [Ours, OnnxRuntime];

    public override string? Compare(IReadOnlyList<double> ratios) => $"{ratios[1]:F2} times as fast as ONNX Runtime";

    private Case Ours => new($"MoE layer, {Sizes}, MoECompiler", Work.Flops(Flops), cpu =>
    {
        (ExpertLayer layer, View<float> x) = Prepare(cpu);
        View<float> y = cpu.New<float>(rows, width);
        return () => layer.Forward(x, y);
    });

    private Case OnnxRuntime => new($"MoE layer, {Sizes}, ONNX Runtime", Work.Flops(Flops), cpu =>
    {
        (ExpertLayer layer, View<float> x) = Prepare(cpu);
        View<float> logits = cpu.New<float>(rows, ExpertLayer.Experts);
        Kernels.MatMul(cpu, x, layer.Mixture.Router.Value, logits, TransposeA: false, TransposeB: true);
        OrtMoELayer ort = new(
            "silu", ExpertLayer.TopK, normalizes: true, layer.Mixture.Up.Value.Span, layer.Mixture.Down.Value.Span,
            ExpertLayer.Experts, inner, width, cpu.Team.Threads);
        (float[] tokens, float[] router, float[] y) = (x.Span.ToArray(), logits.Span.ToArray(), new float[rows * width]);
        return () => ort.Run(tokens, router, y);
    });

    private (ExpertLayer Layer, View<float> X) Prepare(CpuDevice cpu)
    {
        ExpertLayer layer = new(new ExpertLayerSizes { Width = width, Inner = inner }, cpu);
        layer.Initialize(seed: 1);
        return (layer, Random(cpu, 1, rows, width));
    }
}

/// <summary>The sizes of a language model's layer in prefill: the products decide.</summary>
public class LargeMoELayerFamily() : MoELayerFamily(rows: 512, width: 1024, inner: 2048);

/// <summary>The sizes of a model inside an app: what is around the products decides as well.</summary>
public class SmallMoELayerFamily() : MoELayerFamily(rows: 64, width: 256, inner: 512);
