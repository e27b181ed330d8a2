using MoECompiler.Ops;
using MoECompiler.Tests.Models;
using Xunit;
using static MoECompiler.Tests.ProductTesting;

namespace MoECompiler.Tests.Oracles;

/// <summary>A compiled mixture of experts against ONNX Runtime's operator, on the same weights and rows.</summary>
public class OrtCompiledLayerTests
{
    [Theory]
    [InlineData(1, 44, 5, 2, 76)]
    [InlineData(37, 44, 5, 2, 76)]
    [InlineData(130, 33, 7, 1, 20)]
    [InlineData(64, 16, 3, 3, 50)]
    public void CompiledLayer_Live_IsMatched(int rows, int width, int experts, int topK, int inner)
    {
        using OracleLayer layer = new(new OracleLayerSizes { Width = width, Experts = experts, TopK = topK, Inner = inner }, TwoThreads);
        layer.Initialize(seed: 5);
        View<float> x = Random(TwoThreads, 1, rows, width);
        View<float> y = Garbage(TwoThreads, rows, width);
        layer.Forward(x, y);

        View<float> logits = Garbage(TwoThreads, rows, experts);
        Kernels.MatMul(TwoThreads, x, layer.Mixture.Router.Value, logits, TransposeA: false, TransposeB: true);
        using OrtMoELayer ort = new(
            "silu", topK, normalizes: true, layer.Mixture.Up.Value.Span, layer.Mixture.Down.Value.Span, experts, inner, width, threads: 1);
        float[] expected = new float[rows * width];
        ort.Run(x.Span.ToArray(), logits.Span.ToArray(), expected);
        // The weights make of numbers of magnitude 1 results of magnitude 0.1 or so.
        for (int i = 0; i < expected.Length; i++)
            Assert.True(Math.Abs(expected[i] - y.Span[i]) <= 1e-6, $"element {i} is {y.Span[i]:R} instead of {expected[i]:R}");
        Assert.Contains(expected, static e => Math.Abs(e) > 0.01);
    }
}
