using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;

namespace MoECompiler.Tests.Oracles;

/// <summary>
/// The operator <c>com.microsoft.MoE</c> of ONNX Runtime on the CPU, as a model of one node whose weights are constants. Its router input
/// is logits: the softmax is inside. Experts have two layers and no bias.
/// </summary>
internal sealed class OrtMoELayer : IDisposable
{
    private readonly InferenceSession _session;
    private readonly RunOptions _options = new();

    /// <param name="activation">relu, silu or gelu, the latter in the tanh form.</param>
    /// <param name="topK">Experts a row.</param>
    /// <param name="normalizes">The weights of the chosen experts are divided by their sum.</param>
    /// <param name="up">f32[experts, inner, width].</param>
    /// <param name="down">f32[experts, width, inner].</param>
    /// <param name="experts">How many there are.</param>
    /// <param name="inner">The width between an expert's layers.</param>
    /// <param name="width">The width of a row.</param>
    /// <param name="threads">How many threads compute.</param>
    public OrtMoELayer(
        string activation, int topK, bool normalizes, ReadOnlySpan<float> up, ReadOnlySpan<float> down, int experts, int inner, int width, int threads)
    {
        Protobuf node = new Protobuf()
            .Text(1, "x").Text(1, "logits").Text(1, "up").Text(1, "").Text(1, "down")
            .Text(2, "y").Text(4, "MoE").Text(7, "com.microsoft")
            .Message(5, new Protobuf().Text(1, "activation_type").Text(4, activation).Integer(20, 3))
            .Message(5, new Protobuf().Text(1, "k").Integer(3, topK).Integer(20, 2))
            .Message(5, new Protobuf().Text(1, "normalize_routing_weights").Integer(3, normalizes ? 1 : 0).Integer(20, 2));
        Protobuf graph = new Protobuf()
            .Message(1, node)
            .Text(2, "moe")
            .Message(5, Constant("up", up, experts, inner, width))
            .Message(5, Constant("down", down, experts, width, inner))
            .Message(11, Rows("x", width))
            .Message(11, Rows("logits", experts))
            .Message(12, Rows("y", width));
        Protobuf model = new Protobuf()
            .Integer(1, 8)
            .Message(7, graph)
            .Message(8, new Protobuf().Text(1, "").Integer(2, 17))
            .Message(8, new Protobuf().Text(1, "com.microsoft").Integer(2, 1));
        using SessionOptions options = new() { IntraOpNumThreads = threads, InterOpNumThreads = 1, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        _session = new InferenceSession(model.ToArray(), options);
        (Width, Experts) = (width, experts);
    }

    public int Width { get; }

    public int Experts { get; }

    /// <summary>Puts the layer's result for rows x, f32[rows, width], into y.</summary>
    public void Run(float[] x, float[] logits, float[] y)
    {
        long rows = x.Length / Width;
        using OrtValue input = OrtValue.CreateTensorValueFromMemory(x, [rows, Width]);
        using OrtValue router = OrtValue.CreateTensorValueFromMemory(logits, [rows, Experts]);
        using OrtValue output = OrtValue.CreateTensorValueFromMemory(y, [rows, Width]);
        _session.Run(_options, ["x", "logits"], [input, router], ["y"], [output]);
    }

    public void Dispose()
    {
        _session.Dispose();
        _options.Dispose();
    }

    private static Protobuf Constant(string name, ReadOnlySpan<float> values, params ReadOnlySpan<int> extents)
    {
        Protobuf tensor = new();
        foreach (int extent in extents)
            tensor.Integer(1, extent);
        return tensor.Integer(2, 1).Text(8, name).Bytes(9, MemoryMarshal.AsBytes(values));
    }

    /// <summary>The declaration of f32[rows, columns], the rows not known beforehand.</summary>
    private static Protobuf Rows(string name, int columns)
    {
        Protobuf shape = new Protobuf().Message(1, new Protobuf().Text(2, "rows")).Message(1, new Protobuf().Integer(1, columns));
        return new Protobuf().Text(1, name).Message(2, new Protobuf().Message(1, new Protobuf().Integer(1, 1).Message(2, shape)));
    }
}
