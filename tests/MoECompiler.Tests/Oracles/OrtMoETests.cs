using System.IO.Compression;
using System.Text.Json;
using MoECompiler.Ops;
using Xunit;
using static MoECompiler.Tests.ProductTesting;

namespace MoECompiler.Tests.Oracles;

/// <summary>The kernels, composed to a mixture of experts, against ONNX Runtime's operator: stored results, and live on other sizes.</summary>
public class OrtMoETests
{
    private const string Vectors = "vectors/ort-moe/ort_moe_vectors.json.gz";

    /// <summary>The stored results are within 1.2e-6 of double precision; numbers are of magnitude 1, sums of at most 16 of them.</summary>
    private const double Tolerance = 2e-6;

    [SharedDataFact(Vectors)]
    public void MoE_StoredRelu_IsMatched() => Matches<ReluEpilogue>("relu_k1_norm0");

    [SharedDataFact(Vectors)]
    public void MoE_StoredSilu_IsMatched() => Matches<SiluEpilogue>("silu_k2_norm1");

    [SharedDataFact(Vectors)]
    public void MoE_StoredGelu_IsMatchedByTheTanhForm() => Matches<GeluTanhEpilogue>("gelu_k2_norm1");

    private static void Matches<TActivation>(string name) where TActivation : unmanaged, IEpilogue
    {
        StoredCase stored = StoredCase.Read(name);
        MoELayer<TActivation> layer = new(TwoThreads, stored.Rows, stored.Experts, stored.TopK, stored.Inner, stored.Width, stored.Normalizes);
        View<float> y = Garbage(TwoThreads, stored.Rows, stored.Width);
        View<float> x = stored.View("input", stored.Rows, stored.Width);
        View<float> logits = stored.View("router_logits", stored.Rows, stored.Experts);
        View<float> up = stored.View("fc1", stored.Experts, stored.Inner, stored.Width);
        View<float> down = stored.View("fc2", stored.Experts, stored.Width, stored.Inner);
        if (stored.Has("fc1_bias"))
            layer.Run(x, logits, up, stored.View("fc1_bias", stored.Experts, stored.Inner), down, stored.View("fc2_bias", stored.Experts, stored.Width), y);
        else
            layer.Run(x, logits, up, down, y);
        AssertClose(stored.Floats("expected_ort"), y.Span, Tolerance);
    }

    /// <summary>
    /// gpt-oss: gate and linear half interleaved, biases, both clipped at 7, gate sigmoid(1.702 gate) (linear + 1); softmax over the chosen
    /// four alone, which is the same as renormalizing.
    /// </summary>
    [SharedDataFact(Vectors)]
    public void MoE_StoredSwiGluOfGptOss_IsMatched()
    {
        StoredCase stored = StoredCase.Read("swiglu_gptoss_k4");
        (int rows, int experts, int topK, int inner, int width) = (stored.Rows, stored.Experts, stored.TopK, stored.Inner, stored.Width);
        CpuDevice cpu = TwoThreads;
        View<int> chosen = cpu.New<int>(rows, topK);
        View<float> selected = cpu.New<float>(rows, topK);
        View<float> weights = cpu.New<float>(rows, topK);
        View<int> order = cpu.New<int>(rows * topK);
        View<int> offsets = cpu.New<int>(experts + 1);
        View<int> position = cpu.New<int>(rows, topK);
        View<float> logits = stored.View("router_logits", rows, experts);
        Kernels.TopK(cpu, logits, chosen);
        Kernels.GatherColumns(cpu, logits, chosen, selected);
        Kernels.Softmax(cpu, selected, weights);
        Kernels.Dispatch(cpu, chosen, order, offsets, position);

        View<float> pairs = Garbage(cpu, rows * topK, 2 * inner);
        View<float> biased = Garbage(cpu, rows * topK, 2 * inner);
        View<float> gated = Garbage(cpu, rows * topK, inner);
        View<float> outer = Garbage(cpu, rows * topK, width);
        View<float> whole = Garbage(cpu, rows * topK, width);
        View<float> y = Garbage(cpu, rows, width);
        Kernels.GroupedMatMul(
            cpu, stored.View("input", rows, width), stored.View("fc1", experts, 2 * inner, width), order, offsets, pairs, GatherRows: true, TransposeB: true);
        Kernels.GroupedBias(cpu, pairs, stored.View("fc1_bias", experts, 2 * inner), offsets, biased);
        for (int i = 0; i < gated.Count; i++)
        {
            double gate = Math.Min(biased.Span[2 * i], 7);
            double linear = Math.Clamp(biased.Span[2 * i + 1], -7, 7);
            gated.Span[i] = (float)(gate / (1 + Math.Exp(-1.702 * gate)) * (linear + 1));
        }
        Kernels.GroupedMatMul(cpu, gated, stored.View("fc2", experts, width, inner), order, offsets, outer, GatherRows: false, TransposeB: true);
        Kernels.GroupedBias(cpu, outer, stored.View("fc2_bias", experts, width), offsets, whole);
        Kernels.Combine(cpu, whole, weights, position, order, y);
        AssertClose(stored.Floats("expected_ort"), y.Span, Tolerance);
    }

    [Theory]
    [InlineData("relu", 33, 5, 1, false)]
    [InlineData("silu", 70, 8, 2, true)]
    [InlineData("silu", 1, 4, 3, false)]
    [InlineData("gelu", 130, 6, 6, true)]
    public void MoE_Live_IsMatched(string activation, int rows, int experts, int topK, bool normalizes)
    {
        (int inner, int width) = (76, 44);
        View<float> x = Random(TwoThreads, 1, rows, width);
        View<float> logits = Random(TwoThreads, 2, rows, experts);
        View<float> up = Random(TwoThreads, 3, experts, inner, width);
        View<float> down = Random(TwoThreads, 4, experts, width, inner);
        View<float> y = Garbage(TwoThreads, rows, width);
        switch (activation)
        {
            case "relu":
                new MoELayer<ReluEpilogue>(TwoThreads, rows, experts, topK, inner, width, normalizes).Run(x, logits, up, down, y);
                break;
            case "silu":
                new MoELayer<SiluEpilogue>(TwoThreads, rows, experts, topK, inner, width, normalizes).Run(x, logits, up, down, y);
                break;
            default:
                new MoELayer<GeluTanhEpilogue>(TwoThreads, rows, experts, topK, inner, width, normalizes).Run(x, logits, up, down, y);
                break;
        }
        using OrtMoELayer ort = new(activation, topK, normalizes, up.Span, down.Span, experts, inner, width, threads: 1);
        float[] expected = new float[rows * width];
        ort.Run(x.Span.ToArray(), logits.Span.ToArray(), expected);
        // Sums of 76 products of which each is a sum of 44: up to some 10 in magnitude, and both sides round.
        AssertClose(expected, y.Span, 2e-5);
    }

    private static void AssertClose(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
            Assert.True(Math.Abs(expected[i] - actual[i]) <= tolerance, $"element {i} is {actual[i]:R} instead of {expected[i]:R}");
    }

    /// <summary>A case of the stored results.</summary>
    private sealed class StoredCase(JsonElement json)
    {
        public static StoredCase Read(string name)
        {
            using FileStream file = File.OpenRead(SharedData.Find(Vectors)!);
            using GZipStream text = new(file, CompressionMode.Decompress);
            JsonElement cases = JsonDocument.Parse(text).RootElement.GetProperty("cases");
            return new StoredCase(cases.EnumerateArray().Single(c => c.GetProperty("name").GetString() == name));
        }

        public int Rows => Integer("rows");

        public int Experts => Integer("experts");

        public int TopK => Integer("k");

        public int Inner => Integer("inter");

        public int Width => Integer("hidden");

        public bool Normalizes => Integer("normalize") == 1;

        public bool Has(string name) => json.TryGetProperty(name, out _);

        public float[] Floats(string name) => [.. json.GetProperty(name).EnumerateArray().Select(static e => e.GetSingle())];

        public View<float> View(string name, params int[] extents) => TwoThreads.Upload<float>(Floats(name), extents);

        private int Integer(string name) => json.GetProperty(name).GetInt32();
    }
}
