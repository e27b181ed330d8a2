using MoECompiler.Data;
using MoECompiler.Training;

namespace MoECompiler.Tests.Training;

/// <summary>Parameters and nothing else: a test sets their gradients itself.</summary>
internal sealed class VectorModel : Model, ITrainable
{
    public VectorModel(Device device, params ReadOnlySpan<(string Path, int Count, bool IsFrozen)> parameters)
        : this(device, ElementType.Float32, parameters)
    {
    }

    public VectorModel(Device device, ElementType type, params ReadOnlySpan<(string Path, int Count, bool IsFrozen)> parameters) : base(device)
    {
        foreach ((string path, int count, bool isFrozen) in parameters)
            AddParameter(path, path, [count], ParameterInitializer.Normal(1), isFrozen, type: type);
        AllocateParameters();
    }

    public IReadOnlyList<TensorSpec> Inputs { get; init; } = [];

    public IReadOnlyList<TensorSpec> Results => [];

    public IReadOnlyList<MetricSpec> Metrics => [new("loss")];

    public Parameter this[string path] => Parameters.Single(parameter => parameter.Path == path);

    public void Backward(Batch batch, RandomState random, View<float> metrics) => throw new NotSupportedException();

    public void Evaluate(Batch batch, Batch results, View<float> metrics) => throw new NotSupportedException();

    /// <summary>Fills values and gradients with normal numbers.</summary>
    public void Randomize(Random random)
    {
        AllocateGradients();
        foreach (Parameter parameter in Parameters)
        {
            Fill(parameter.Stored, random);
            if (parameter.HasGradient)
                Fill(parameter.Gradient, random);
        }
    }

    private static void Fill(FloatView view, Random random)
    {
        float[] elements = new float[view.Count];
        foreach (ref float element in elements.AsSpan())
            element = (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
        view.CopyFrom(elements);
    }
}
