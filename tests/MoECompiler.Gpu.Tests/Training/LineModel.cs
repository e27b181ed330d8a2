using ILGPU;
using MoECompiler.Data;
using MoECompiler.Training;

namespace MoECompiler.Gpu.Tests.Training;

/// <summary>
/// A model with a loss as the generator would write it, by hand and with one kernel: the mean square of x Weight + Bias - y, with noise on
/// x in training, so that a wrong step or seed shows.
/// </summary>
internal sealed class LineModel : Model, ITrainable
{
    private readonly GpuDevice _gpu;
    private readonly Parameter _weight;
    private readonly Parameter _bias;

    public LineModel(GpuDevice gpu, int features) : base(gpu)
    {
        _gpu = gpu;
        _weight = AddParameter("Weight", "weight", [features], ParameterInitializer.Normal(1));
        _bias = AddParameter("Bias", "bias", [1], ParameterInitializer.Constant(0));
        AllocateParameters();
        Inputs = [new("x", ElementType.Float32, new Extents(features)), new("y", ElementType.Float32, default)];
    }

    public IReadOnlyList<TensorSpec> Inputs { get; }

    public IReadOnlyList<TensorSpec> Results { get; } = [new("predicted", ElementType.Float32, default)];

    public IReadOnlyList<MetricSpec> Metrics { get; } = [new("loss"), new("rows", IsLoad: true)];

    /// <summary>From this step on the second metric is infinite, and gradients are not.</summary>
    public long PoisonedMetric { get; init; } = long.MaxValue;

    /// <summary>From this step on the second gradient is NaN, and no metric is.</summary>
    public long PoisonedGradient { get; init; } = long.MaxValue;

    public void Backward(Batch batch, RandomState random, View<float> metrics)
    {
        using Lock.Scope inside = Gate.Enter();
        Arena.Reserve(Slots(batch.Rows, out long y, out long predicted));
        View<float> given = _gpu.Import(batch.Float("x"), Arena, 0);
        Run(given, _gpu.Import(batch.Float("y"), Arena, y), Arena.View<float>(predicted, new Extents(batch.Rows)), metrics,
            _weight.Gradient, _bias.Gradient, 0.01f * (random.Step % 7 - 3), random.Step >= PoisonedMetric ? 1 : random.Step >= PoisonedGradient ? 2 : 0);
    }

    public void Evaluate(Batch batch, Batch results, View<float> metrics)
    {
        using Lock.Scope inside = Gate.Enter();
        long slots = Slots(batch.Rows, out long y, out long predicted);
        long gradients = Arena.Bytes(_weight.Extents[0]);
        Arena.Reserve(slots + 2 * gradients + 64);
        View<float> computed = Arena.View<float>(predicted, new Extents(batch.Rows));
        View<float> measured = _gpu.Place(metrics, Arena, slots + 2 * gradients);
        Run(_gpu.Import(batch.Float("x"), Arena, 0), _gpu.Import(batch.Float("y"), Arena, y), computed, measured,
            Arena.View<float>(slots, _weight.Extents), Arena.View<float>(slots + gradients, _bias.Extents), 0, 0);
        _gpu.Export(computed, results.Float("predicted"));
        _gpu.Export(measured, metrics);
    }

    private long Slots(int rows, out long y, out long predicted)
    {
        y = Arena.Bytes(rows, _weight.Extents[0]);
        predicted = y + Arena.Bytes(rows);
        return predicted + Arena.Bytes(rows);
    }

    private void Run(
        View<float> x, View<float> y, View<float> predicted, View<float> metrics, View<float> weightGradient, View<float> biasGradient, float noise, int poison)
        => _gpu.Launch(
            Learn, Work.PerElement(1, group: 1), _gpu.Array(x), _gpu.Array(y), _gpu.Array(predicted), _gpu.Array(metrics), _gpu.Array(_weight.Value),
            _gpu.Array(_bias.Value), _gpu.Array(weightGradient), _gpu.Array(biasGradient), (int)y.Count, noise, poison);

    private static void Learn(
        ArrayView<float> x, ArrayView<float> y, ArrayView<float> predicted, ArrayView<float> metrics, ArrayView<float> weight,
        ArrayView<float> bias, ArrayView<float> weightGradient, ArrayView<float> biasGradient, int rows, float noise, int poison)
    {
        int features = (int)weight.Length;
        for (int i = 0; i < features; i++)
            weightGradient[i] = 0;
        biasGradient[0] = 0;
        float loss = 0;
        for (int row = 0; row < rows; row++)
        {
            float sum = bias[0];
            for (int i = 0; i < features; i++)
                sum += (x[row * features + i] + noise) * weight[i];
            predicted[row] = sum;
            float error = sum - y[row];
            loss += error * error / rows;
            for (int i = 0; i < features; i++)
                weightGradient[i] += 2 * error * (x[row * features + i] + noise) / rows;
            biasGradient[0] += 2 * error / rows;
        }
        metrics[0] = loss;
        metrics[1] = poison == 1 ? float.PositiveInfinity : rows;
        if (poison == 2)
            biasGradient[0] = float.NaN;
    }
}
