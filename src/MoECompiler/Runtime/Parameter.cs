namespace MoECompiler;

/// <summary>A weight of a model: its value, and its gradient while the model is trained.</summary>
public sealed partial class Parameter
{
    private Buffer? _values;
    private Buffer? _gradients;
    private long _valueOffset;
    private long _gradientOffset;

    internal Parameter(
        int index, string path, string checkpointName, Extents extents, ParameterInitializer initializer, bool isFrozen, int layers)
    {
        Index = index;
        Path = path;
        CheckpointName = checkpointName;
        Extents = extents;
        Initializer = initializer;
        IsFrozen = isFrozen;
        Layers = layers;
    }

    /// <summary>The number of the parameter in its model, in order of declaration; its initial random numbers depend on it.</summary>
    public int Index { get; }

    /// <summary>The path of members, such as <c>First.Router</c>.</summary>
    public string Path { get; }

    /// <summary>The tensor's name in a checkpoint; of stacked layers with <c>{layer}</c> in place of the number.</summary>
    public string CheckpointName { get; }

    public Extents Extents { get; }

    public ParameterInitializer Initializer { get; }

    /// <summary>A frozen parameter has no gradient, and no optimizer keeps state for it.</summary>
    public bool IsFrozen { get; }

    /// <summary>How many layers are stacked along the first extent; 0 where the parameter is of no repeated layer.</summary>
    public int Layers { get; }

    /// <summary>The number of elements.</summary>
    public long Count => Extents.Count;

    /// <summary>What the elements take in a buffer where each parameter begins on a cache line, which vector loads like.</summary>
    internal long PaddedBytes => (Count * sizeof(float) + HostBuffer.Alignment - 1) / HostBuffer.Alignment * HostBuffer.Alignment;

    /// <exception cref="InvalidOperationException">The model's constructor has not completed.</exception>
    public View<float> Value => _values is { } buffer
        ? buffer.View<float>(Extents, _valueOffset)
        : throw new InvalidOperationException($"{Path} has no memory before its model is constructed.");

    /// <summary>The derivative of the loss of the last training step by this parameter.</summary>
    /// <exception cref="InvalidOperationException">The parameter is frozen, or its model has no gradients because it is not trained.</exception>
    public View<float> Gradient => _gradients is { } buffer
        ? buffer.View<float>(Extents, _gradientOffset)
        : throw new InvalidOperationException(IsFrozen
            ? $"{Path} is frozen: it has no gradient."
            : $"{Path} has no gradient: call {nameof(Model.AllocateGradients)} on its model first.");

    public bool HasGradient => _gradients is not null;

    internal void PlaceValue(Buffer buffer, long offset) => (_values, _valueOffset) = (buffer, offset);

    internal void PlaceGradient(Buffer buffer, long offset) => (_gradients, _gradientOffset) = (buffer, offset);

    public override string ToString() => $"{Path} f32{Extents}";
}
