using MoECompiler.Training;

namespace MoECompiler.Data;

/// <summary>
/// Rows of named columns: what a model takes for one step, or gives. Either the batch has memory of its own and as many rows as are
/// asked of it, or its columns are views that the caller sets.
/// </summary>
public sealed class Batch : IDisposable
{
    private readonly Dictionary<string, View<float>> _floats = new(StringComparer.Ordinal);
    private readonly Dictionary<string, View<int>> _integers = new(StringComparer.Ordinal);
    private readonly (TensorSpec Spec, Buffer Buffer)[] _memory;
    private int _rows;

    /// <summary>A batch without columns: <see cref="Set(string, View{float})"/> adds them.</summary>
    public Batch() => _memory = [];

    /// <summary>A batch with memory for up to <paramref name="maximumRows"/> rows, and no rows as yet.</summary>
    /// <exception cref="ArgumentException">Two columns have one name.</exception>
    /// <exception cref="NotSupportedException">A column's extents are not all known.</exception>
    public Batch(Device device, int maximumRows, params IReadOnlyList<TensorSpec> columns)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maximumRows);
        foreach (TensorSpec column in columns)
        {
            if (column.RowExtents.Rank == Extents.MaximumRank || column.RowExtents.Count == 0)
                throw new NotSupportedException(
                    $"{column} cannot be given memory: expected rows of at most {Extents.MaximumRank - 1} extents, all of them known.");
        }
        if (columns.DistinctBy(static column => column.Name).Count() != columns.Count)
            throw new ArgumentException($"Two columns have one name: {string.Join(", ", columns)}.", nameof(columns));
        MaximumRows = maximumRows;
        _memory = [.. columns.Select(column => (column, device.AllocateShared(maximumRows * column.RowExtents.Count * sizeof(float))))];
        Rows = 0;
    }

    /// <summary>The most rows for which the batch has memory of its own.</summary>
    public int MaximumRows { get; }

    /// <summary>The number of rows. To set it makes each column of the batch's own memory a view of so many; their contents stay.</summary>
    /// <exception cref="ArgumentOutOfRangeException">More than <see cref="MaximumRows"/>.</exception>
    public int Rows
    {
        get => _rows;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, MaximumRows);
            _rows = value;
            foreach ((TensorSpec spec, Buffer buffer) in _memory)
            {
                if (spec.Type == ElementType.Float32)
                    _floats[spec.Name] = buffer.View<float>(spec.RowExtents.After(value));
                else
                    _integers[spec.Name] = buffer.View<int>(spec.RowExtents.After(value));
            }
        }
    }

    /// <summary>Adds or replaces a column; the batch has as many rows as the last one that was set.</summary>
    public void Set(string name, View<float> column) => (_floats[name], _rows) = (column, column.Extents[0]);

    /// <inheritdoc cref="Set(string, View{float})"/>
    public void Set(string name, View<int> column) => (_integers[name], _rows) = (column, column.Extents[0]);

    /// <summary>f32[Rows, ...].</summary>
    /// <exception cref="KeyNotFoundException">There is no such column of floats.</exception>
    public View<float> Float(string name)
        => _floats.TryGetValue(name, out View<float> column) ? column : throw Missing(name, "floats", _floats.Keys);

    /// <summary>i32[Rows, ...].</summary>
    /// <exception cref="KeyNotFoundException">There is no such column of integers.</exception>
    public View<int> Integer(string name)
        => _integers.TryGetValue(name, out View<int> column) ? column : throw Missing(name, "integers", _integers.Keys);

    /// <summary>Frees the batch's own memory, not that of columns that were set.</summary>
    public void Dispose()
    {
        foreach ((_, Buffer buffer) in _memory)
            buffer.Dispose();
    }

    private static KeyNotFoundException Missing(string name, string kind, IEnumerable<string> names)
        => new($"The batch has no column of {kind} {Wording.Quote(name)}; there are: {Wording.List(names)}.");
}
