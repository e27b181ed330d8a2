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
        Set([number], adapter, static parameter => parameter.Value.ToArray());
        _used.Add(_free.Pop());
        return number;
    }

    /// <summary>What the generated <c>Replace</c> does.</summary>
    protected void ReplaceFactors(int number, Adapter adapter)
    {
        using Lock.Scope inside = Gate.Enter();
        CheckBase(adapter);
        Require(number);
        Set([number], adapter, static parameter => parameter.Value.ToArray());
    }

    /// <summary>Makes the factors of several adapters of a library together, and copies them to their numbers.</summary>
    /// <param name="numbers">Of the bank.</param>
    /// <param name="library">Where the adapters are.</param>
    /// <param name="adapters">Their numbers there.</param>
    internal void Set(ReadOnlySpan<int> numbers, AdapterLibrary library, IReadOnlyList<int> adapters)
    {
        using Lock.Scope inside = Gate.Enter();
        CheckBase(library.Adapter);
        Set(numbers, library.Adapter, parameter => library.ValuesOf(adapters, parameter));
    }

    /// <summary>Takes all the room that there is left.</summary>
    internal int[] Reserve()
    {
        using Lock.Scope inside = Gate.Enter();
        int[] numbers = [.. _free];
        _free.Clear();
        _used.UnionWith(numbers);
        return numbers;
    }

    private void Set(ReadOnlySpan<int> numbers, Adapter adapter, Func<Parameter, float[]> values)
    {
        using CpuDevice? own = Device is CpuDevice ? null : new CpuDevice();
        for (int i = 0; i < _sites.Count; i++)
        {
            AdapterFactors factors = (AdapterFactors)adapter.Sites[i];
            (float[] a, float[] b) = factors.Make(own ?? (CpuDevice)Device, values);
            _sites[i].Set(numbers, Slots, factors, a, b);
        }
    }

    private void CheckBase(Adapter adapter)
    {
        if (!ReferenceEquals(adapter.Base, Base))
            throw new ArgumentException($"The adapter is attached to another instance of {Base.GetType().Name} than the bank.", nameof(adapter));
        if (adapter.Sites.Count != _sites.Count || !_sites.Zip(adapter.Sites, (banked, site) => banked.Fits(site, Slots)).All(static fits => fits))
            throw new ArgumentException($"{adapter.GetType().Name} is of another declaration than the bank: its factors have other extents.", nameof(adapter));
    }

    private void Require(int number)
    {
        if (!_used.Contains(number))
            throw new ArgumentException($"No adapter of the bank has the number {number}.", nameof(number));
    }
}
