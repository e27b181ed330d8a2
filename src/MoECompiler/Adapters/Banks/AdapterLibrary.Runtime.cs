namespace MoECompiler;

/// <summary>
/// Thousands of adapters of one declaration at hand: of each the numbers that it has, in the host's memory, which of NOLA are some hundred a
/// matrix. One adapter takes turns at being each of them; an <see cref="AdapterCache"/> has many of them in one batch.
/// </summary>
/// <param name="adapter">What takes turns; it must outlive the library.</param>
public sealed class AdapterLibrary(Adapter adapter)
{
    private readonly List<float[]?> _kept = [];
    private readonly Stack<int> _free = [];

    /// <summary>What takes turns: what <see cref="Add"/> keeps, and <see cref="Use"/> sets.</summary>
    public Adapter Adapter { get; } = adapter;

    /// <summary>How many adapters are kept.</summary>
    public int Count => _kept.Count - _free.Count;

    /// <summary>The memory that all of them take.</summary>
    public long Bytes => _kept.Sum(static kept => (kept?.LongLength ?? 0) * sizeof(float));

    /// <summary>Keeps what the adapter is now, trained or loaded.</summary>
    /// <returns>Its number.</returns>
    public int Add()
    {
        float[] values = Read();
        if (_free.TryPop(out int number))
        {
            _kept[number] = values;
            return number;
        }
        _kept.Add(values);
        return _kept.Count - 1;
    }

    /// <summary>Keeps what the adapter is now in the place of another.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No adapter has the number.</exception>
    public void Replace(int number)
    {
        _ = ValuesOf(number);
        _kept[number] = Read();
    }

    /// <summary>Forgets an adapter; its number is given to another.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No adapter has the number.</exception>
    public void Remove(int number)
    {
        _ = ValuesOf(number);
        _kept[number] = null;
        _free.Push(number);
    }

    /// <summary>Makes the adapter the one of this number: a copy of its numbers, and nothing is compiled or allocated.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No adapter has the number.</exception>
    public void Use(int number)
    {
        float[] values = ValuesOf(number);
        using Lock.Scope inside = Adapter.Gate.Enter();
        int first = 0;
        foreach (Parameter parameter in Adapter.Parameters)
        {
            int count = checked((int)parameter.Count);
            parameter.Value.CopyFrom(values.AsSpan(first, count));
            first += count;
        }
    }

    /// <summary>What an adapter's numbers are; other numbers are another array.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No adapter has the number.</exception>
    internal float[] ValuesOf(int number) => (uint)number < (uint)_kept.Count && _kept[number] is { } values
        ? values
        : throw new ArgumentOutOfRangeException(nameof(number), number, $"No adapter of the library has this number; there are {Count}.");

    /// <summary>What a parameter is of each of several adapters, one after the other.</summary>
    internal float[] ValuesOf(IReadOnlyList<int> numbers, Parameter parameter)
    {
        int first = checked((int)Adapter.Parameters.TakeWhile(p => !ReferenceEquals(p, parameter)).Sum(static p => p.Count)), count = checked((int)parameter.Count);
        float[] values = new float[numbers.Count * count];
        for (int i = 0; i < numbers.Count; i++)
            ValuesOf(numbers[i]).AsSpan(first, count).CopyTo(values.AsSpan(i * count));
        return values;
    }

    private float[] Read()
    {
        using Lock.Scope inside = Adapter.Gate.Enter();
        return [.. Adapter.Parameters.SelectMany(static parameter => parameter.Value.ToArray())];
    }
}
