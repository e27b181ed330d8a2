namespace MoECompiler;

/// <summary>
/// What every generated bank derives from: the factors of many adapters of one declaration, side by side in the device's memory. Rows of one
/// batch under different adapters are one grouped product with them.
/// </summary>
public abstract class AdapterBank : Model
{
    private readonly List<BankedFactors> _sites = [];
    private readonly Stack<int> _free = [];
    private readonly HashSet<int> _used = [];

    /// <summary>Called by generated code.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is room for less than one.</exception>
    protected AdapterBank(Model model, int capacity) : base(model)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        Base = model;
        Capacity = capacity;
        for (int number = capacity; number >= 1; number--)
            _free.Push(number);
    }

    /// <summary>The model whose weights the adapters change; it must outlive the bank.</summary>
    public Model Base { get; }

    /// <summary>How many adapters there is room for.</summary>
    public int Capacity { get; }

    /// <summary>How many adapters there are.</summary>
    public int Count => _used.Count;

    /// <inheritdoc/>
    internal override IEnumerable<Parameter> AllParameters => Base.AllParameters.Concat(Parameters);

    /// <summary>What the factors have room for: the adapters, and before them number 0, factors of 0 for the model alone.</summary>
    protected int Slots => Capacity + 1;

    /// <summary>Makes the number free for another adapter.</summary>
    /// <exception cref="ArgumentException">No adapter has the number.</exception>
    public void Remove(int number)
    {
        using Lock.Scope inside = Gate.Enter();
        Require(number);
        _used.Remove(number);
        _free.Push(number);
    }

    /// <summary>Notes a site; called by generated code.</summary>
    protected BankedFactors AddSite(Parameter a, Parameter b)
    {
        _sites.Add(new BankedFactors(a, b));
        return _sites[^1];
    }

    /// <summary>What the generated <c>Add</c> does.</summary>
    protected int AddFactors(Adapter adapter)
    {
        using Lock.Scope inside = Gate.Enter();
        CheckBase(adapter);
        if (!_free.TryPeek(out int number))
            throw new InvalidOperationException($"The bank has room for {Capacity} adapters and is full; remove one, or make a larger bank.");
        // The number is taken once the factors are there: an adapter that cannot be read costs no place.
        Copy(adapter, number);
        _used.Add(_free.Pop());
        return number;
    }

    /// <summary>What the generated <c>Replace</c> does.</summary>
    protected void ReplaceFactors(int number, Adapter adapter)
    {
        using Lock.Scope inside = Gate.Enter();
        CheckBase(adapter);
        Require(number);
        Copy(adapter, number);
    }

    private void Copy(Adapter adapter, int number)
    {
        for (int i = 0; i < _sites.Count; i++)
            _sites[i].Set(number, Slots, (AdapterFactors)adapter.Sites[i]);
    }

    private void CheckBase(Adapter adapter)
    {
        if (!ReferenceEquals(adapter.Base, Base))
            throw new ArgumentException($"The adapter is attached to another instance of {Base.GetType().Name} than the bank.", nameof(adapter));
    }

    private void Require(int number)
    {
        if (!_used.Contains(number))
            throw new ArgumentException($"No adapter of the bank has the number {number}.", nameof(number));
    }
}

/// <summary>The factors of all adapters of a bank for one weight.</summary>
/// <param name="a">f32[Layers, Adapters * Experts, Rank, In], without layers where the weight has none.</param>
/// <param name="b">f32[Layers, Adapters * Experts, Rank, Out]: each matrix the other way round than an adapter has it.</param>
public sealed class BankedFactors(Parameter a, Parameter b)
{
    public Parameter A { get; } = a;

    public Parameter B { get; } = b;

    /// <summary>Copies the factors of one adapter to its place in each layer.</summary>
    internal void Set(int number, int adapters, AdapterFactors factors)
    {
        (float[] a, float[] b) = factors.Read();
        Set(A, number, adapters, a);
        Set(B, number, adapters, Turned(b, factors.Out, factors.Rank));
    }

    /// <summary>Each matrix of so many rows and columns with its rows as columns.</summary>
    private static float[] Turned(float[] matrices, int rows, int columns)
    {
        float[] turned = new float[matrices.Length];
        int size = rows * columns;
        for (int i = 0; i < matrices.Length; i++)
        {
            int element = i % size;
            turned[i - element + element % columns * rows + element / columns] = matrices[i];
        }
        return turned;
    }

    private static void Set(Parameter parameter, int number, int adapters, ReadOnlySpan<float> factors)
    {
        int layers = Math.Max(1, parameter.Layers);
        int each = factors.Length / layers;
        for (int layer = 0; layer < layers; layer++)
            parameter.Value.Part(((long)layer * adapters + number) * each, new Extents(each)).CopyFrom(factors.Slice(layer * each, each));
    }
}
