namespace MoECompiler;

/// <summary>A weight of a model: its value, and its gradient while the model is trained.</summary>
public sealed partial class Parameter
{
    private Buffer? _values;
    private Buffer? _gradients;
    private long _valueOffset;
    private long _gradientOffset;

    internal Parameter(
        int index, string path, string checkpointName, Extents extents, ElementType elementType, ParameterInitializer initializer, bool isFrozen, int layers)
    {
        Index = index;
        Path = path;
        CheckpointName = checkpointName;
        Extents = extents;
        ElementType = elementType;
        Initializer = initializer;
        IsFrozen = isFrozen || elementType == ElementType.Nf4;
        Layers = layers;
    }

    /// <summary>The number of the parameter in its model, in order of declaration; its initial random numbers depend on it.</summary>
    public int Index { get; }

    /// <summary>The path of members, such as <c>First.Router</c>.</summary>
    public string Path { get; }

    /// <summary>The tensor's name in a checkpoint; of stacked layers with <c>{layer}</c> in place of the number.</summary>
    public string CheckpointName { get; }

    public Extents Extents { get; }

    /// <summary>What the value is stored as: 16 or 4 bits for the matrices of a model whose <see cref="Precision"/> says so.</summary>
    public ElementType ElementType { get; }

    public ParameterInitializer Initializer { get; }

    /// <summary>A frozen parameter has no gradient, and no optimizer keeps state for it. What is stored in 4 bits is frozen.</summary>
    public bool IsFrozen { get; }

    /// <summary>
    /// Whether a training step leaves numbers that it would move by itself, such as a selection bias: a group of the training's optimizer froze them.
    /// </summary>
    public bool IsHeld { get; internal set; }

    /// <summary>How many layers are stacked along the first extent; 0 where the parameter is of no repeated layer.</summary>
    public int Layers { get; }

    /// <summary>The number of elements.</summary>
    public long Count => Extents.Count;

    /// <summary>What the value takes in a buffer where each parameter begins on a cache line, which vector loads like.</summary>
    internal long ValueBytes => Padded(ElementType == ElementType.Nf4 ? Nf4View.BytesOf(Extents) : Count * ElementType.Bytes());

    /// <summary>What a float for each element takes there: the gradient, and what an optimizer remembers.</summary>
    internal long FloatBytes => Padded(Count * sizeof(float));

    /// <summary>The value, of floats of whichever type; its <see cref="FloatView.ToArray"/> reads it as 32-bit floats.</summary>
    /// <exception cref="InvalidOperationException">The model's constructor has not completed.</exception>
    public FloatView Stored => _values is { } buffer
        ? new FloatView(buffer, _valueOffset, Extents, ElementType)
        : throw new InvalidOperationException($"{Path} has no memory before its model is constructed.");

    /// <summary>The value of a parameter of 32-bit floats.</summary>
    /// <exception cref="InvalidOperationException">It is stored in 16 bits, or the model's constructor has not completed.</exception>
    public View<float> Value => ValueAs<float>();

    /// <summary>The value as it is stored.</summary>
    /// <typeparam name="T"><c>float</c>, <see cref="Half"/> or <see cref="BFloat16"/>, as <see cref="ElementType"/> says.</typeparam>
    /// <exception cref="InvalidOperationException">It is stored as another type, or the model's constructor has not completed.</exception>
    public View<T> ValueAs<T>() where T : unmanaged
    {
        FloatView stored = Stored;
        return ElementTypes.Of<T>() == ElementType
            ? stored.As<T>()
            : throw new InvalidOperationException(
                $"{Path} is stored as {ElementType}, not as {typeof(T).Name}: take {nameof(ValueAs)} of that, or {nameof(Stored)}, which reads and writes floats of any type.");
    }

    /// <summary>The value of a matrix in 4 bits.</summary>
    /// <exception cref="InvalidOperationException">It is stored as another type, or the model's constructor has not completed.</exception>
    public Nf4View Quantized => Stored.Quantized;

    /// <summary>The derivative of the loss of the last training step by this parameter, always of 32 bits.</summary>
    /// <exception cref="InvalidOperationException">The parameter is frozen, or its model has no gradients because it is not trained.</exception>
    public View<float> Gradient => _gradients is { } buffer
        ? buffer.View<float>(Extents, _gradientOffset)
        : throw new InvalidOperationException(IsFrozen
            ? $"{Path} is frozen: it has no gradient."
            : IsTrainedByRows ? $"{Path} is trained by rows: its gradient is its {nameof(RowGradient)}."
            : $"{Path} has no gradient: call {nameof(Model.AllocateGradients)} on its model first.");

    /// <summary>
    /// Whether a step gives this table's gradient only for the rows that it read: a <see cref="RowGradient"/>, and no <see cref="Gradient"/>. What a
    /// step costs does not depend on how many rows there are then.
    /// </summary>
    public bool IsTrainedByRows { get; internal set; }

    /// <summary>The gradient of the last training step, of a table that is trained by rows; valid until the next call on the model.</summary>
    /// <exception cref="InvalidOperationException">The parameter is not trained by rows, or there was no step yet.</exception>
    public RowGradient RowGradient
    {
        get => field.IsGiven ? field : throw new InvalidOperationException(IsTrainedByRows
            ? $"{Path} has no gradient before the first training step."
            : $"{Path} is not trained by rows: its gradient is its {nameof(Gradient)}.");
        internal set;
    }

    /// <summary>Whether it has a <see cref="Gradient"/> where its model is trained.</summary>
    internal bool IsTrainedWhole => !IsFrozen && !IsTrainedByRows;

    public bool HasGradient => _gradients is not null;

    internal void PlaceValue(Buffer buffer, long offset) => (_values, _valueOffset) = (buffer, offset);

    internal void PlaceGradient(Buffer buffer, long offset) => (_gradients, _gradientOffset) = (buffer, offset);

    private static long Padded(long bytes) => (bytes + HostBuffer.Alignment - 1) / HostBuffer.Alignment * HostBuffer.Alignment;

    internal void DropGradient() => _gradients = null;

    public override string ToString() => $"{Path} {ElementType.Word()}{Extents}";
}
