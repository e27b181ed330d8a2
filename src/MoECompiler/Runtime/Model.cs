namespace MoECompiler;

/// <summary>
/// What every generated model derives from: its parameters in one buffer, their gradients in another while it is trained, and the arena
/// of its intermediate values.
/// </summary>
/// <remarks>
/// A generated constructor calls <see cref="AddParameter"/> for each weight and then <see cref="AllocateParameters"/>; each generated
/// method works inside the <see cref="Gate"/>.
/// </remarks>
public abstract partial class Model : IDisposable
{
    private readonly List<Parameter> _parameters = [];
    private Buffer? _values;
    private Buffer? _gradients;
    private readonly Arena? _ownArena;
    private readonly int _firstIndex;

    protected Model(Device device)
    {
        Device = device;
        Gate = new ModelGate(GetType().Name);
        Arena = new Arena(device);
        _ownArena = Arena;
    }

    /// <summary>What is attached to a model: one thread at a time is in the two together, and they share the arena.</summary>
    private protected Model(Model @base)
    {
        Device = @base.Device;
        Gate = new ModelGate(GetType().Name, @base.Gate);
        Arena = @base.Arena;
        _firstIndex = @base._firstIndex + @base._parameters.Count;
    }

    public Device Device { get; }

    /// <summary>In order of declaration.</summary>
    public IReadOnlyList<Parameter> Parameters => _parameters;

    /// <summary>The parameters that the graphs use: its own, and those of the model that it is attached to.</summary>
    internal virtual IEnumerable<Parameter> AllParameters => _parameters;

    /// <summary>The number of weights, frozen ones included.</summary>
    public long ParameterCount => _parameters.Sum(static parameter => parameter.Count);

    /// <summary>Where calls on the model wait for each other. Who holds it sees the model at rest, between two steps.</summary>
    public ModelGate Gate { get; }

    /// <summary>The most bytes that intermediate values of a call have needed.</summary>
    public long PeakArenaBytes => Arena.PeakBytes;

    /// <summary>Whose changes the parameters contain.</summary>
    internal MergedAdapters MergedAdapters { get; } = new();

    /// <summary>The paths of parameters whose gradients a training step reads after it has made them.</summary>
    protected virtual IReadOnlyList<string> GradientsRead => [];

    /// <summary>The paths of tables of which a training step gives the gradients of the rows that it read, and no others.</summary>
    protected virtual IReadOnlyList<string> TrainedByRows => [];

    /// <summary>Whether a training step hands each gradient over while it runs; see <see cref="ModelAttribute.FusedUpdate"/>.</summary>
    protected virtual bool FusesUpdates => false;

    internal bool HandsOver => FusesUpdates;

    /// <summary>Who gets the gradients that a step hands over; null for nobody.</summary>
    internal Training.IGradientConsumer? GradientConsumer { get; set; }

    /// <summary>What the loss's derivative is multiplied by in a model of <see cref="Precision.Float16"/>; see <see cref="Training.LossScaling"/>.</summary>
    protected internal int LossScale { get; internal set; } = 1;

    protected Arena Arena { get; }

    /// <exception cref="NotSupportedException">The model is on another device.</exception>
    protected CpuDevice Cpu => Device as CpuDevice
        ?? throw new NotSupportedException($"{GetType().Name} runs on a {nameof(CpuDevice)}, not on {Device.Name}.");

    /// <summary>
    /// Gives every parameter a gradient, of zeroes, unless they have one; frozen parameters get none, and none that is
    /// <see cref="Parameter.IsTrainedByRows">trained by rows</see>; a model that hands gradients over has none.
    /// </summary>
    public void AllocateGradients()
    {
        using Lock.Scope inside = Gate.Enter();
        if (FusesUpdates)
            return;
        _gradients ??= Place(
            static parameter => parameter.IsTrainedWhole, static parameter => parameter.FloatBytes,
            static (parameter, buffer, offset) => parameter.PlaceGradient(buffer, offset));
    }

    /// <summary>
    /// Gives gradients anew: some parameters have one of their own, and of all others the derivatives are written over each other. A gradient
    /// that the step itself reads again has its own in any case.
    /// </summary>
    internal void AllocateGradients(IReadOnlyCollection<Parameter> kept)
    {
        using Lock.Scope inside = Gate.Enter();
        Parameter[] dropped = [.. _parameters.Where(parameter => parameter.IsTrainedWhole && !kept.Contains(parameter) && !GradientsRead.Contains(parameter.Path))];
        long shared = dropped.Select(static parameter => parameter.FloatBytes).DefaultIfEmpty(0).Max();
        Parameter[] own = [.. _parameters.Where(static parameter => parameter.IsTrainedWhole).Except(dropped)];
        _gradients?.Dispose();
        _gradients = Device.Allocate(shared + own.Sum(static parameter => parameter.FloatBytes));
        foreach (Parameter parameter in dropped)
            parameter.PlaceGradient(_gradients, 0);
        foreach (Parameter parameter in own)
        {
            parameter.PlaceGradient(_gradients, shared);
            shared += parameter.FloatBytes;
        }
    }

    /// <summary>The memory of all gradients.</summary>
    internal long GradientBytes => _gradients?.Bytes ?? 0;

    /// <summary>Fills every parameter as its initializer says. The same seed gives the same weights on every machine.</summary>
    public void Initialize(ulong seed)
    {
        using Lock.Scope inside = Gate.Enter();
        foreach (Parameter parameter in _parameters)
        {
            parameter.Stored.Write((elements, first) =>
                parameter.Initializer.Fill(elements, new RandomState(seed, Step: 0), int.MinValue + parameter.Index, first));
        }
    }

    public void Dispose()
    {
        Gate.Close(() =>
        {
            _values?.Dispose();
            _gradients?.Dispose();
            _ownArena?.Dispose();
        });
        GC.SuppressFinalize(this);
    }

    /// <summary>Adds a parameter, without memory as yet.</summary>
    /// <param name="path">The path of members, such as <c>First.Router</c>.</param>
    /// <param name="checkpointName">The tensor's name in a checkpoint; of stacked layers with <c>{layer}</c> in place of the number.</param>
    /// <param name="extents">The extents, of stacked layers with their number first.</param>
    /// <param name="initializer">How <c>Initialize</c> fills it.</param>
    /// <param name="frozen">Whether it has no gradient and no optimizer state.</param>
    /// <param name="layers">How many layers are stacked; 0 outside repeated layers.</param>
    /// <param name="type">What the value is stored as.</param>
    protected Parameter AddParameter(
        string path, string checkpointName, ReadOnlySpan<int> extents, ParameterInitializer initializer, bool frozen = false, int layers = 0,
        ElementType type = ElementType.Float32)
    {
        if (_values is not null)
            throw new InvalidOperationException($"{path} comes after {nameof(AllocateParameters)}.");
        if (layers > 0 && (extents.IsEmpty || extents[0] != layers))
            throw new ShapeException($"{path} {new Extents(extents)} stacks {layers} layers: its first extent has to be {layers}.");
        Parameter parameter = new(_firstIndex + _parameters.Count, path, checkpointName, new Extents(extents), type, initializer, frozen, layers);
        _parameters.Add(parameter);
        return parameter;
    }

    /// <summary>Gives every parameter its memory, of zeroes; the end of a generated constructor.</summary>
    protected void AllocateParameters()
    {
        foreach (Parameter parameter in _parameters)
            parameter.IsTrainedByRows = TrainedByRows.Contains(parameter.Path);
        _values ??= Place(static _ => true, static parameter => parameter.ValueBytes, static (parameter, buffer, offset) => parameter.PlaceValue(buffer, offset));
    }

    /// <summary>Tells a table of <see cref="TrainedByRows"/> where the gradients of its rows lie, until the next call on the model.</summary>
    /// <param name="parameter">The table.</param>
    /// <param name="rows">i32[N]: which rows, each once, and -1 for none.</param>
    /// <param name="gradient">f32[N, W]: their gradients.</param>
    protected static void KeepRowGradient(Parameter parameter, View<int> rows, View<float> gradient) => parameter.RowGradient = new RowGradient(rows, gradient);

    /// <summary>Hands over a gradient that lies in the arena, and with it the right to change the parameter.</summary>
    /// <param name="parameter">Whose.</param>
    /// <param name="gradient">As many elements as the parameter has.</param>
    protected void HandOver(Parameter parameter, View<float> gradient)
    {
        parameter.PlaceGradient(gradient.Buffer, gradient.Offset);
        GradientConsumer?.Use(parameter);
        parameter.DropGradient();
    }

    private Buffer Place(Func<Parameter, bool> isPlaced, Func<Parameter, long> bytesOf, Action<Parameter, Buffer, long> place)
    {
        long bytes = _parameters.Where(isPlaced).Sum(bytesOf);
        Buffer buffer = Device.Allocate(bytes);
        long offset = 0;
        foreach (Parameter parameter in _parameters.Where(isPlaced))
        {
            place(parameter, buffer, offset);
            offset += bytesOf(parameter);
        }
        return buffer;
    }
}
