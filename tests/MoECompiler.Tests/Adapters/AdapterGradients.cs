using MoECompiler.Data;
using MoECompiler.Reference;
using MoECompiler.Training;
using Xunit;

namespace MoECompiler.Tests.Adapters;

/// <summary>An adapter's compiled gradients against differences of its declared loss in double precision.</summary>
internal static class AdapterGradients
{
    private const int Rows = 5;

    /// <summary>The loss is of double precision: its differences over so small a step are good to some 1e-8.</summary>
    private const float Step = 1f / 4096;

    /// <summary>Of the largest gradient of each parameter: what f32 leaves of a gradient.</summary>
    private const double Tolerance = 1e-5;

    /// <param name="create">A new adapter.</param>
    /// <param name="reference">Its definition.</param>
    /// <param name="data">Makes a batch of some rows.</param>
    /// <param name="train">Gives its parameters numbers, given a seed; null for any.</param>
    public static void Check<TAdapter>(Func<Device, TAdapter> create, Func<TAdapter, ReferenceModel> reference, Func<Random, int, Batch> data, Action<Model, int>? train = null)
        where TAdapter : Adapter, ITrainable
    {
        using CpuDevice device = new(1);
        using TAdapter adapter = create(device);
        (train ?? AdapterChecks.Trained)(adapter, 1);
        adapter.AllocateGradients();
        Batch batch = data(new Random(2), Rows);
        (string, ReferenceTensor)[] inputs = [.. adapter.Inputs.Select(i => (i.Name, i.Type == ElementType.Float32 ? ReferenceTensor.Of(batch.Float(i.Name)) : ReferenceTensor.Of(batch.Integer(i.Name))))];
        adapter.Backward(batch, default, device.New<float>(adapter.Metrics.Sum(static m => m.Count)));
        Random random = new(3);
        foreach (Parameter parameter in adapter.Parameters.Where(static p => !p.IsFrozen))
        {
            float[] gradient = parameter.Gradient.ToArray();
            double scale = gradient.Max(Math.Abs);
            Assert.True(scale > 0, $"{parameter.Path} has no gradient");
            // Some elements of each: a difference costs two evaluations of the whole graph.
            for (int sample = 0; sample < Math.Min(6, gradient.Length); sample++)
            {
                int i = random.Next(gradient.Length);
                float before = parameter.Value.Span[i], above = before + Step, below = before - Step;
                double slope = (Loss(parameter, i, above) - Loss(parameter, i, below)) / ((double)above - below);
                parameter.Value.Span[i] = before;
                Assert.True(Math.Abs(slope - gradient[i]) <= Tolerance * scale, $"{parameter.Path}[{i}]: difference {slope:R}, gradient {gradient[i]:R}, largest {scale:R}.");
            }
        }

        double Loss(Parameter parameter, int i, float value)
        {
            parameter.Value.Span[i] = value;
            return reference(adapter).Train(default, inputs)["loss"].Data[0];
        }
    }
}
