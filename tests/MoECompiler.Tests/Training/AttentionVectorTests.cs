using MoECompiler.Checkpoints;
using MoECompiler.Data;
using MoECompiler.Ops;
using MoECompiler.Tests.Models;
using MoECompiler.Training;
using Xunit;

namespace MoECompiler.Tests.Training;

/// <summary>Attention beside PyTorch's autograd: the op's kernels, and modules of it in a compiled model.</summary>
public sealed class AttentionVectorTests : IDisposable
{
    /// <summary>Of a tensor's largest element, of one op: sums of some dozen products and exponentials in 32 bits.</summary>
    private const double OpTolerance = 2e-6;

    private readonly CpuDevice _device = new(2);
    private readonly Checkpoint _file = Checkpoint.Open(Path.Combine(AppContext.BaseDirectory, "Training", "Vectors", "attention.safetensors"));

    public void Dispose()
    {
        _file.Dispose();
        _device.Dispose();
    }

    [Theory]
    [InlineData("plain", 3, 3, 0f, false)]
    [InlineData("causal", 4, 2, 0f, true)]
    [InlineData("lengths", 2, 1, 0.3f, false)]
    [InlineData("shared-bias", 4, 2, 0f, false)]
    [InlineData("all", 6, 2, 0.4f, true)]
    public void Attention_ResultAndEveryGradient_AreThoseOfPyTorch(string name, int heads, int kvHeads, float scale, bool causal)
    {
        (View<float> q, View<float> k, View<float> v, View<float> dy) = (Upload($"{name}.q"), Upload($"{name}.k"), Upload($"{name}.v"), Upload($"{name}.dy"));
        View<float>? bias = _file.Find($"{name}.bias") is null ? null : Upload($"{name}.bias");
        View<int>? lengths = _file.Find($"{name}.lengths") is null ? null : Integers($"{name}.lengths");
        View<float> y = _device.New<float>(dy.Extents.ToArray()), logSum = _device.New<float>(q.Extents[0], q.Extents[1], heads);
        View<float> dq = _device.New<float>(q.Extents.ToArray()), dk = _device.New<float>(k.Extents.ToArray()), dv = _device.New<float>(v.Extents.ToArray());
        if (bias is { } some && lengths is { } ends)
            Kernels.Attention(_device, q, k, v, some, ends, y, logSum, heads, kvHeads, scale, causal);
        else if (bias is { } alone)
            Kernels.Attention(_device, q, k, v, alone, y, logSum, heads, kvHeads, scale, causal);
        else if (lengths is { } only)
            Kernels.Attention(_device, q, k, v, only, y, logSum, heads, kvHeads, scale, causal);
        else
            Kernels.Attention(_device, q, k, v, y, logSum, heads, kvHeads, scale, causal);
        Close($"{name}.y", y.Span);

        View<float> level = _device.New<float>(logSum.Extents.ToArray());
        int columns = y.Columns / heads;
        for (int i = 0; i < y.Span.Length; i++)
            level.Span[i / columns] += dy.Span[i] * y.Span[i];
        if (bias is { } both && lengths is { } counts)
            Kernels.AttentionGradient(_device, q, k, v, both, counts, logSum, level, dy, dq, dk, dv, heads, kvHeads, scale, causal);
        else if (bias is { } alone)
            Kernels.AttentionGradient(_device, q, k, v, alone, logSum, level, dy, dq, dk, dv, heads, kvHeads, scale, causal);
        else if (lengths is { } only)
            Kernels.AttentionGradient(_device, q, k, v, only, logSum, level, dy, dq, dk, dv, heads, kvHeads, scale, causal);
        else
            Kernels.AttentionGradient(_device, q, k, v, logSum, level, dy, dq, dk, dv, heads, kvHeads, scale, causal);
        Close($"{name}.dq", dq.Span);
        Close($"{name}.dk", dk.Span);
        Close($"{name}.dv", dv.Span);
        if (bias is not { } given)
            return;
        View<float> dBias = _device.New<float>(given.Extents.ToArray());
        if (lengths is { } of)
            Kernels.AttentionBiasGradient(_device, q, k, v, given, of, logSum, level, dy, dBias, heads, kvHeads, scale, causal);
        else
            Kernels.AttentionBiasGradient(_device, q, k, v, given, logSum, level, dy, dBias, heads, kvHeads, scale, causal);
        Close($"{name}.dbias", dBias.Span);
    }

    /// <summary>With rotary places of both kinds, shared heads of keys, a mask, a bias and lengths.</summary>
    [Fact]
    public void AttentionModules_LossAndEveryGradient_AreThoseOfPyTorch()
    {
        using AttentionVectorModel model = new(_device);
        foreach (Parameter parameter in model.Parameters)
            parameter.Value.CopyFrom(Read(parameter.Path));
        model.AllocateGradients();
        View<float> y = _device.New<float>(Upload("target").Extents.ToArray());
        model.Forward(Upload("x"), Upload("bias"), Integers("lengths"), y);
        Close("y", y.Span, ModelCheck.Tolerance);

        Batch batch = new();
        batch.Set("x", Upload("x"));
        batch.Set("bias", Upload("bias"));
        batch.Set("lengths", Integers("lengths"));
        batch.Set("target", Upload("target"));
        View<float> metrics = _device.New<float>(model.Metrics.Sum(static m => m.Count));
        model.Backward(batch, new RandomState(1, 1), metrics);
        Close("loss", metrics.Span[..1], ModelCheck.Tolerance);
        Assert.Equal(14, model.Parameters.Count);
        foreach (Parameter parameter in model.Parameters)
            Close($"d.{parameter.Path}", parameter.Gradient.Span, ModelCheck.Tolerance);
    }

    private float[] Read(string name)
    {
        float[] elements = new float[_file.Find(name)!.Count];
        _file.Read(name, elements);
        return elements;
    }

    private View<float> Upload(string name) => _device.Upload<float>(Read(name), [.. _file.Find(name)!.Shape.Select(static extent => (int)extent)]);

    private View<int> Integers(string name) => _device.Upload<int>([.. Read(name).Select(static x => (int)x)], Read(name).Length);

    private void Close(string name, ReadOnlySpan<float> found, double tolerance = OpTolerance)
    {
        float[] expected = Read(name);
        Assert.Equal(expected.Length, found.Length);
        double scale = expected.Max(Math.Abs);
        Assert.True(scale > 0);
        for (int i = 0; i < expected.Length; i++)
        {
            double error = Math.Abs(expected[i] - (double)found[i]) / scale;
            Assert.True(error <= tolerance, $"{name}[{i}]: expected {expected[i]}, found {found[i]}, an error of {error:E1} of the largest element.");
        }
    }
}

/// <summary>The model of attention.py.</summary>
[Model]
public sealed partial class AttentionVectorModel
{
    public const int Columns = 5, Width = 16, Places = 7;

    [Linear(Columns, Width)]
    public partial Linear Stem { get; }

    [Attention(Width, 4, 2, Causal = true, Rotary = RotaryKind.Halves, Bias = true, OutputBias = true)]
    public partial Attention Causal { get; }

    [Attention(Width, 2, headSize: 6, Rotary = RotaryKind.Neighbors, RotaryBase = 100f, Scale = 0.3f)]
    public partial Attention Whole { get; }

    [Forward]
    public Tensor Forward([Shape("B", Places, Columns)] Tensor x, [Shape("B", 4, Places, Places)] Tensor bias, [Shape("B", Integer = true)] Tensor lengths)
    {
        Tensor h = Stem.Forward(x);
        h += Causal.Forward(h, bias, lengths);
        return h + Whole.Forward(h, lengths);
    }

    [Loss]
    public Tensor Loss(Tensor y, Tensor target) => y.SquaredError(target).Mean();
}
