namespace MoECompiler;

/// <summary>
/// The adapters of a library that a bank has on the device: those that batches ask for, the least recently used making room. A bank of some
/// hundred so serves a library of many thousand. What a batch lacks is made together, so that random matrices that adapters share are drawn once.
/// </summary>
public sealed class AdapterCache
{
    private readonly AdapterLibrary _library;
    private readonly AdapterBank _bank;
    private readonly Dictionary<int, Place> _places = [];
    private readonly List<Place> _all;
    private long _uses;

    /// <summary>An empty cache.</summary>
    /// <param name="library">Where adapters are taken from.</param>
    /// <param name="bank">Where they are put: all of it, so it has to be empty, and of the same declaration.</param>
    /// <exception cref="ArgumentException">The bank is not empty, or of another instance of the model.</exception>
    public AdapterCache(AdapterLibrary library, AdapterBank bank)
    {
        if (bank.Count != 0)
            throw new ArgumentException($"The bank has {bank.Count} adapters already; a cache begins with an empty one.", nameof(bank));
        if (!ReferenceEquals(bank.Base, library.Adapter.Base))
            throw new ArgumentException($"The bank is of another instance of {bank.Base.GetType().Name} than the library.", nameof(bank));
        (_library, _bank) = (library, bank);
        _all = [.. bank.Reserve().Select(static number => new Place { Number = number })];
    }

    /// <summary>How often a sample's adapter was in the bank when its batch came.</summary>
    public long Hits { get; private set; }

    /// <summary>How often it was not; adapters that two samples of a batch lack count twice.</summary>
    public long Misses { get; private set; }

    /// <summary>Puts the adapters of a batch into the bank, as far as they are not there, and tells their numbers there.</summary>
    /// <param name="adapters">For each sample the number of its adapter in the library; -1 for the model alone.</param>
    /// <param name="numbers">For each sample the number to give to the bank.</param>
    /// <exception cref="ArgumentException">The spans differ in length, or the batch has more adapters than the bank has room for.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The library has no adapter of a number.</exception>
    public void Bring(ReadOnlySpan<int> adapters, Span<int> numbers)
    {
        if (numbers.Length != adapters.Length)
            throw new ArgumentException($"There are {adapters.Length} samples and room for {numbers.Length} numbers.", nameof(numbers));
        long before = _uses;
        List<int> lacking = [];
        foreach (int adapter in adapters)
        {
            if (adapter == -1)
                continue;
            bool isThere = _places.TryGetValue(adapter, out Place? place) & ReferenceEquals(_library.ValuesOf(adapter), place?.Values);
            if (isThere)
                place!.Used = ++_uses;
            else if (!lacking.Contains(adapter))
                lacking.Add(adapter);
            (Hits, Misses) = isThere ? (Hits + 1, Misses) : (Hits, Misses + 1);
        }
        if (lacking.Count > 0)
            Put(lacking, before);
        for (int i = 0; i < adapters.Length; i++)
            numbers[i] = adapters[i] == -1 ? 0 : _places[adapters[i]].Number;
    }

    /// <summary>Puts adapters where others were that this batch does not use.</summary>
    private void Put(List<int> adapters, long before)
    {
        // What an adapter was before it became another is of no use to anybody.
        foreach (int adapter in adapters)
            if (_places.TryGetValue(adapter, out Place? old))
                Leave(old);
        List<Place> places = [.. _all.Where(place => place.Used <= before).OrderBy(static place => place.Used).Take(adapters.Count)];
        if (places.Count < adapters.Count)
            throw new ArgumentException($"The batch has more than {_bank.Capacity} adapters, which is all that the bank has room for.", nameof(adapters));
        places.ForEach(Leave);
        _bank.Set([.. places.Select(static place => place.Number)], _library, adapters);
        for (int i = 0; i < places.Count; i++)
        {
            Place place = places[i];
            (place.Adapter, place.Values, place.Used) = (adapters[i], _library.ValuesOf(adapters[i]), ++_uses);
            _places[adapters[i]] = place;
        }
    }

    /// <summary>Has a place wait for another adapter.</summary>
    private void Leave(Place place)
    {
        if (place.Adapter is { } left)
            _places.Remove(left);
        (place.Adapter, place.Values, place.Used) = (null, null, 0);
    }

    /// <summary>A number of the bank, whose adapter it has with which numbers, and how many uses there had been when it was used last.</summary>
    private sealed class Place
    {
        public required int Number { get; init; }

        public int? Adapter { get; set; }

        public float[]? Values { get; set; }

        public long Used { get; set; }
    }
}
