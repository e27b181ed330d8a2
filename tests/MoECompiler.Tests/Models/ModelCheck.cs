using MoECompiler.Data;
using MoECompiler.Reference;
using MoECompiler.Training;
using Xunit;

namespace MoECompiler.Tests.Models;

/// <summary>How near a compiled model is to its reference, in parts of each tensor's largest element.</summary>
internal static class ModelCheck
{
    /// <summary>
    /// f32 against double: an error of some 1e-6 is what sums of a few hundred terms of rounded numbers come to; five times that is allowed.
    /// </summary>
    public const double Tolerance = 5e-6;

    /// <summary>
    /// Where activations are stored in 16 bits, a number that both compute 1e-7 apart is now and then rounded to two neighbours: one in the
    /// last of 8 bits.
    /// </summary>
    public const double BFloat16Tolerance = 1.0 / 128;

    /// <summary>The same with 11 bits.</summary>
    public const double HalfTolerance = 1.0 / 1024;
}

/// <summary>
/// Compares a compiled model with its declared graph: results, metrics and every gradient against the reference in double precision.
/// </summary>
/// <param name="create">Makes the model on a device.</param>
/// <param name="data">Makes a batch of some rows.</param>
/// <param name="prepare">Changes the initialized weights, given the seed; null for nothing.</param>
/// <param name="tolerance">Of each tensor's largest element.</param>
internal sealed class ModelCheck<TModel>(
    Func<Device, TModel> create, Func<Random, int, Batch> data, Action<TModel, int>? prepare = null, double tolerance = ModelCheck.Tolerance)
    where TModel : Model, ITrainable
{
    public Func<Random, int, Batch> Data => data;

    /// <summary>The same with another tolerance.</summary>
    public ModelCheck<TModel> With(double other) => new(create, data, prepare, other);

    /// <param name="reference">The model's definition.</param>
    /// <param name="rows">Of the batch.</param>
    /// <param name="seed">Of weights and batch.</param>
    /// <param name="on">The device; null for two threads of the processor.</param>
    public void AgainstReference(Func<TModel, ReferenceModel> reference, int rows, int seed, Device? on = null)
    {
        using CpuDevice processor = new(2);
        Device device = on ?? processor;
        using TModel model = create(device);
        model.Initialize((ulong)seed);
        prepare?.Invoke(model, seed);
        model.AllocateGradients();
        RandomState random = new((ulong)seed, Step: 7);
        Batch batch = Data(new Random(seed), rows);
        (string, ReferenceTensor)[] inputs = [.. model.Inputs.Select(i => (i.Name, Read(batch, i)))];

        View<float> metrics = device.New<float>(model.Metrics.Sum(static m => m.Count));
        Batch results = Results(model, device, batch);
        model.Evaluate(batch, results, metrics);
        IReadOnlyDictionary<string, ReferenceTensor> expected = reference(model).Evaluate(inputs);
        foreach (TensorSpec result in model.Results)
            Close(expected[result.Name], results.Float(result.Name).Span, $"{typeof(TModel).Name}.Evaluate {result.Name}");
        CompareMetrics(model, expected, metrics, "Evaluate");

        // A step may change weights that no optimizer trains.
        expected = reference(model).Train(random, inputs);
        model.Backward(batch, random, metrics);
        CompareMetrics(model, expected, metrics, "Backward");
        foreach (Parameter parameter in model.Parameters.Where(static p => !p.IsFrozen))
            Close(GradientOf(parameter, expected), GradientOf(parameter), $"{typeof(TModel).Name}.Backward {parameter.Path}");
        foreach (Parameter parameter in model.Parameters.Where(p => p.IsFrozen && expected.ContainsKey(p.Path)))
            Close(expected[parameter.Path], parameter.Value.ToArray(), $"{typeof(TModel).Name}.Backward {parameter.Path}");
    }

    /// <summary>
    /// The compiled gradients against differences of the declared loss in double precision, whose steps are so small beside the parameter
    /// that they are good to some 1e-8: some elements of each parameter, as a difference costs two evaluations of the whole graph.
    /// </summary>
    /// <param name="reference">The model's definition.</param>
    /// <param name="rows">Of the batch.</param>
    /// <param name="seed">Of weights and batch.</param>
    public void AgainstDifferences(Func<TModel, ReferenceModel> reference, int rows, int seed)
    {
        using CpuDevice device = new(1);
        using TModel model = create(device);
        model.Initialize((ulong)seed);
        prepare?.Invoke(model, seed);
        model.AllocateGradients();
        RandomState noise = new((ulong)seed, Step: 7);
        Batch batch = Data(new Random(seed), rows);
        (string, ReferenceTensor)[] inputs = [.. model.Inputs.Select(i => (i.Name, Read(batch, i)))];
        Dictionary<string, float[]> states = model.Parameters.Where(static p => p.IsFrozen).ToDictionary(static p => p.Path, static p => p.Value.ToArray());
        model.Backward(batch, noise, device.New<float>(model.Metrics.Sum(static m => m.Count)));
        foreach (Parameter state in model.Parameters.Where(static p => p.IsFrozen))
            states[state.Path].CopyTo(state.Value.Span);
        Random random = new(seed);
        foreach (Parameter parameter in model.Parameters.Where(static p => !p.IsFrozen))
        {
            float[] gradient = GradientOf(parameter);
            double scale = gradient.Max(Math.Abs);
            if ((model as PhasedModel)?.TrainedParts?.Trains(parameter) == false)
            {
                Assert.Equal(0, scale);
                continue;
            }
            float step = parameter.Value.ToArray().Max(Math.Abs) / 8192;
            Assert.True(scale > 0, $"{parameter.Path} has no gradient");
            for (int sample = 0; sample < Math.Min(5, gradient.Length); sample++)
            {
                int i = random.Next(gradient.Length);
                float before = parameter.Value.Span[i], above = before + step, below = before - step;
                double slope = (Loss(parameter, i, above) - Loss(parameter, i, below)) / ((double)above - below);
                parameter.Value.Span[i] = before;
                Assert.True(
                    Math.Abs(slope - gradient[i]) <= 2 * tolerance * Math.Max(scale, 1e-3), $"{parameter.Path}[{i}]: difference {slope:R}, gradient {gradient[i]:R}, largest {scale:R}.");
            }
        }

        double Loss(Parameter parameter, int i, float value)
        {
            parameter.Value.Span[i] = value;
            return reference(model).Train(noise, inputs)["loss"].Data[0];
        }
    }

    /// <summary>The bits of metrics and gradients of a step.</summary>
    public float[] Step(int threads, int rows, int seed)
    {
        using CpuDevice device = new(threads);
        return Step(device, rows, seed);
    }

    /// <inheritdoc cref="Step(int, int, int)"/>
    public float[] Step(Device device, int rows, int seed)
    {
        using TModel model = create(device);
        model.Initialize((ulong)seed);
        prepare?.Invoke(model, seed);
        model.AllocateGradients();
        View<float> metrics = device.New<float>(model.Metrics.Sum(static m => m.Count));
        model.Backward(Data(new Random(seed), rows), new RandomState((ulong)seed, 3), metrics);
        return [.. metrics.Span, .. model.Parameters.Where(static p => !p.IsFrozen).SelectMany(GradientOf)];
    }

    /// <summary>
    /// The managed bytes that the process allocates in ten training steps and ten evaluations after the first, all threads counted: the
    /// least of several such rounds, as the test host allocates now and then on its own.
    /// </summary>
    public long AllocatedBytes(int rows)
    {
        using CpuDevice device = new(2);
        using TModel model = create(device);
        model.Initialize(1);
        model.AllocateGradients();
        Batch batch = Data(new Random(1), rows);
        Batch results = Results(model, device, batch);
        View<float> metrics = device.New<float>(model.Metrics.Sum(static m => m.Count));
        long least = long.MaxValue;
        // The JIT's first code boxes what its final code does not; on a busy machine that takes seconds to come.
        for (int round = 0; round < 60 && least > 0; round++)
        {
            Thread.Sleep(round * 2);
            long before = GC.GetTotalAllocatedBytes(precise: true);
            for (int step = 0; step < 10; step++)
            {
                model.Backward(batch, new RandomState(1, step), metrics);
                model.Evaluate(batch, results, metrics);
            }
            least = Math.Min(least, GC.GetTotalAllocatedBytes(precise: true) - before);
        }
        return least;
    }

    /// <summary>The whole gradient, also of a table that is trained by rows.</summary>
    private static float[] GradientOf(Parameter parameter)
    {
        if (!parameter.IsTrainedByRows)
            return parameter.Gradient.ToArray();
        (int[] rows, float[] values) = (parameter.RowGradient.Rows.ToArray(), parameter.RowGradient.Values.ToArray());
        return Whole(rows, values, parameter);
    }

    private static ReferenceTensor GradientOf(Parameter parameter, IReadOnlyDictionary<string, ReferenceTensor> expected) => parameter.IsTrainedByRows
        ? new ReferenceTensor(parameter.Extents.ToArray(), Whole([.. expected[parameter.Path + ".rows"].Data.Select(static row => (int)row)], expected[parameter.Path].Data, parameter))
        : expected[parameter.Path];

    private static T[] Whole<T>(int[] rows, T[] values, Parameter parameter)
    {
        int columns = parameter.Extents[1];
        T[] whole = new T[parameter.Count];
        for (int i = 0; i < rows.Length; i++)
        {
            if (rows[i] >= 0)
                values.AsSpan(i * columns, columns).CopyTo(whole.AsSpan(rows[i] * columns));
        }
        return whole;
    }

    private void CompareMetrics(TModel model, IReadOnlyDictionary<string, ReferenceTensor> expected, View<float> metrics, string method)
    {
        int start = 0;
        foreach (MetricSpec metric in model.Metrics)
        {
            Close(expected[metric.Name], metrics.Span.Slice(start, metric.Count), $"{typeof(TModel).Name}.{method} {metric.Name}");
            start += metric.Count;
        }
    }

    private static Batch Results(TModel model, Device device, Batch batch)
    {
        Batch results = new();
        foreach (TensorSpec result in model.Results)
        {
            // Free extents after the batch are those of the first input.
            int[] inner = result.RowExtents.ToArray();
            for (int i = 0; i < inner.Length; i++)
                inner[i] = inner[i] == 0 ? FirstExtents(model, batch)[i + 1] : inner[i];
            results.Set(result.Name, device.New<float>([batch.Rows, .. inner]));
        }
        return results;
    }

    private static Extents FirstExtents(TModel model, Batch batch) =>
        model.Inputs[0].Type == ElementType.Float32 ? batch.Float(model.Inputs[0].Name).Extents : batch.Integer(model.Inputs[0].Name).Extents;

    private static ReferenceTensor Read(Batch batch, TensorSpec input) =>
        input.Type == ElementType.Float32 ? ReferenceTensor.Of(batch.Float(input.Name)) : ReferenceTensor.Of(batch.Integer(input.Name));

    private void Close(ReferenceTensor expected, ReadOnlySpan<float> found, string what)
    {
        Assert.Equal(expected.Count, found.Length);
        double scale = Math.Max(1e-3, expected.Data.Select(Math.Abs).DefaultIfEmpty(0).Max());
        for (int i = 0; i < found.Length; i++)
        {
            double error = Math.Abs(found[i] - expected.Data[i]);
            Assert.True(error <= tolerance * scale, $"{what}[{i}]: expected {expected.Data[i]}, found {found[i]}, an error of {error / scale:E1} of the largest element.");
        }
    }
}
