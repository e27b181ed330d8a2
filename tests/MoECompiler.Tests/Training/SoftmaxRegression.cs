using MoECompiler.Data;
using MoECompiler.Training;

namespace MoECompiler.Tests.Training;

/// <summary>
/// A model with a loss as the generator would write it, by hand: the cross-entropy of x Weight + Bias, with noise on x in training, so
/// that a wrong step or seed shows. Its second metric counts how often each class was given.
/// </summary>
internal sealed unsafe class SoftmaxRegression : Model, ITrainable
{
    private readonly int _features;
    private readonly int _classes;
    private readonly Parameter _weight;
    private readonly Parameter _bias;

    /// <param name="isBiasFrozen">Whether only the weight is trained.</param>
    /// <param name="ballast">How many frozen weights there are that do nothing but make checkpoints large.</param>
    public SoftmaxRegression(Device device, int features, int classes, bool isBiasFrozen = false, int ballast = 0) : base(device)
    {
        (_features, _classes) = (features, classes);
        _weight = AddParameter("Weight", "weight", [features, classes], ParameterInitializer.Constant(0));
        _bias = AddParameter("Bias", "bias", [classes], ParameterInitializer.Constant(0), isBiasFrozen);
        if (ballast > 0)
            AddParameter("Ballast", "ballast", [ballast], ParameterInitializer.Constant(0), frozen: true);
        AllocateParameters();
        Inputs = [new("x", ElementType.Float32, new Extents(features)), new("labels", ElementType.Int32, default)];
        Results = [new("logits", ElementType.Float32, new Extents(classes))];
        Metrics = [new("loss"), new("given", classes, IsLoad: true)];
    }

    public IReadOnlyList<TensorSpec> Inputs { get; }

    public IReadOnlyList<TensorSpec> Results { get; }

    public IReadOnlyList<MetricSpec> Metrics { get; }

    /// <summary>How strong the noise on x is.</summary>
    public float Noise { get; init; }

    /// <summary>From this step on the loss is NaN.</summary>
    public long PoisonedStep { get; init; } = long.MaxValue;

    public void Backward(Batch batch, RandomState random, View<float> metrics)
    {
        using Lock.Scope inside = Gate.Enter();
        int rows = batch.Rows;
        Arena.Reserve((rows * _features + rows * _classes) * (long)sizeof(float));
        Span<float> x = Arena.View<float>(0, new Extents(rows, _features)).Span;
        Span<float> slopes = Arena.View<float>(x.Length * sizeof(float), new Extents(rows, _classes)).Span;
        batch.Float("x").Span.CopyTo(x);
        for (int i = 0; i < x.Length; i++)
            x[i] += Noise * Jitter(random, i);
        Logits(x, slopes);
        Measure(slopes, batch.Integer("labels").Span, metrics.Span);
        if (random.Step >= PoisonedStep)
            metrics.Span[0] = float.NaN;
        Accumulate(x, slopes);
    }

    public void Evaluate(Batch batch, Batch results, View<float> metrics)
    {
        using Lock.Scope inside = Gate.Enter();
        Span<float> logits = results.Float("logits").Span;
        Logits(batch.Float("x").Span, logits);
        Arena.Reserve(logits.Length * sizeof(float));
        Span<float> slopes = Arena.View<float>(0, new Extents(logits.Length)).Span;
        logits.CopyTo(slopes);
        Measure(slopes, batch.Integer("labels").Span, metrics.Span);
    }

    private void Logits(ReadOnlySpan<float> x, Span<float> logits)
    {
        for (int row = 0; row < logits.Length / _classes; row++)
        {
            Span<float> y = logits.Slice(row * _classes, _classes);
            _bias.Value.Span.CopyTo(y);
            for (int feature = 0; feature < _features; feature++)
            {
                for (int c = 0; c < _classes; c++)
                    y[c] += x[row * _features + feature] * _weight.Value.Pointer[feature * _classes + c];
            }
        }
    }

    /// <summary>Turns logits into the derivatives of the mean loss by them.</summary>
    private void Measure(Span<float> logits, ReadOnlySpan<int> labels, Span<float> metrics)
    {
        metrics.Clear();
        for (int row = 0; row < labels.Length; row++)
        {
            Span<float> y = logits.Slice(row * _classes, _classes);
            double sum = 0;
            foreach (float logit in y)
                sum += Math.Exp(logit);
            metrics[0] += (float)(Math.Log(sum) - y[labels[row]]) / labels.Length;
            metrics[1 + labels[row]]++;
            for (int c = 0; c < _classes; c++)
                y[c] = (float)((Math.Exp(y[c]) / sum - (c == labels[row] ? 1 : 0)) / labels.Length);
        }
    }

    private void Accumulate(ReadOnlySpan<float> x, ReadOnlySpan<float> slopes)
    {
        Span<float> weight = _weight.Gradient.Span;
        weight.Clear();
        if (_bias.HasGradient)
            _bias.Gradient.Span.Clear();
        for (int row = 0; row < slopes.Length / _classes; row++)
        {
            for (int c = 0; c < _classes; c++)
            {
                float slope = slopes[row * _classes + c];
                for (int feature = 0; feature < _features; feature++)
                    weight[feature * _classes + c] += x[row * _features + feature] * slope;
                if (_bias.HasGradient)
                    _bias.Gradient.Span[c] += slope;
            }
        }
    }

    /// <summary>A number from -1 to below 1 that depends on seed, step and index.</summary>
    private static float Jitter(RandomState random, int index)
    {
        ulong mixed = (random.Seed + 1) * 0x9E3779B97F4A7C15 ^ (ulong)(random.Step + 1) * 0xC2B2AE3D27D4EB4F ^ (ulong)(index + 1) * 0x165667B19E3779F9;
        mixed = (mixed ^ (mixed >> 29)) * 0xBF58476D1CE4E5B9;
        return (mixed >> 40) * (2f / (1 << 24)) - 1;
    }
}
