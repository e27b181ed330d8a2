using MoECompiler.Checkpoints;
using MoECompiler.Data;
using MoECompiler.Training;
using Xunit;

namespace MoECompiler.Tests.Training;

/// <summary>A noisy top-k mixture with its losses, compiled, beside PyTorch's autograd.</summary>
public sealed class NoisyVectorTests : IDisposable
{
    /// <summary>Of a tensor's largest element: sums of some dozen 32-bit products, and normal numbers good to 1e-7.</summary>
    private const double Tolerance = 3e-6;

    /// <summary>What noisy.py draws by.</summary>
    private static readonly RandomState s_random = new(7, Step: 3);

    private readonly CpuDevice _device = new(2);
    private readonly Checkpoint _file = Checkpoint.Open(Path.Combine(AppContext.BaseDirectory, "Training", "Vectors", "noisy.safetensors"));

    public void Dispose()
    {
        _file.Dispose();
        _device.Dispose();
    }

    [Fact]
    public void NoisyTopK_LossesAndEveryGradient_AreThoseOfPyTorch()
    {
        using NoisyModel model = Model();
        model.AllocateGradients();
        Batch batch = new();
        float[] x = Read("x");
        int rows = x.Length / NoisyModel.Width;
        batch.Set("x", _device.Upload(x, rows, NoisyModel.Width));
        batch.Set("target", _device.Upload(Read("target"), rows, NoisyModel.Width));
        View<float> metrics = _device.New<float>(model.Metrics.Sum(static m => m.Count));
        model.Backward(batch, s_random, metrics);

        string[] names = ["loss", "task", "Layer.importance", "Layer.expectedLoad"];
        Assert.Equal(names, model.Metrics.Take(names.Length).Select(static m => m.Name));
        for (int i = 0; i < names.Length; i++)
            Close(Read(names[i].Split('.')[^1]), metrics.Span.Slice(i, 1), names[i]);
        foreach (Parameter parameter in model.Parameters)
            Close(Read($"d.{parameter.Path.Split('.')[^1]}"), parameter.Gradient.Span, parameter.Path);
    }

    [Fact]
    public void NoisyTopK_Served_HasNoNoise()
    {
        using NoisyModel model = Model();
        float[] x = Read("x");
        int rows = x.Length / NoisyModel.Width;
        View<float> y = _device.New<float>(rows, NoisyModel.Width);
        model.Forward(_device.Upload(x, rows, NoisyModel.Width), y);
        Close(Read("served"), y.Span, "served");
    }

    private NoisyModel Model()
    {
        NoisyModel model = new(_device);
        foreach (Parameter parameter in model.Parameters)
            parameter.Value.CopyFrom(Read(parameter.Path.Split('.')[^1]));
        return model;
    }

    private float[] Read(string name)
    {
        float[] elements = new float[_file.Find(name)!.Count];
        _file.Read(name, elements);
        return elements;
    }

    private static void Close(float[] expected, ReadOnlySpan<float> found, string what)
    {
        Assert.Equal(expected.Length, found.Length);
        double scale = expected.Max(Math.Abs);
        Assert.True(scale > 0);
        for (int i = 0; i < expected.Length; i++)
            Assert.True(Math.Abs(expected[i] - (double)found[i]) <= Tolerance * scale, $"{what}[{i}]: expected {expected[i]}, found {found[i]}");
    }
}

/// <summary>The layer of noisy.py.</summary>
[Model]
public sealed partial class NoisyModel
{
    public const int Width = 5, Experts = 4, TopK = 2, Inner = 6;

    [RoutedExperts(Width, Experts, TopK, Inner, Noise = RouterNoise.Learned, SoftmaxAfterTopK = true, ImportanceLoss = 0.1f, LoadLoss = 0.1f)]
    public partial RoutedExperts Layer { get; }

    [Forward]
    public Tensor Forward([Shape("B", Width)] Tensor x) => Layer.Forward(x);

    [Loss]
    public Tensor Loss(Tensor y, Tensor target) => y.SquaredError(target).Mean();
}
