using MoECompiler.Training;

namespace MoECompiler.Data;

/// <summary>One column of a <see cref="Dataset"/>: a tensor of the same shape for each row, in the host's memory.</summary>
public abstract class Column
{
    private protected Column(string name, ElementType type, int elements, Extents rowExtents)
    {
        if (rowExtents.Rank == Extents.MaximumRank || rowExtents.Count is 0 or > int.MaxValue)
            throw new ShapeException(
                $"Column {Wording.Quote(name)} has rows {rowExtents}: expected at most {Extents.MaximumRank - 1} extents, none of them 0.");
        RowLength = (int)rowExtents.Count;
        if (elements % RowLength != 0)
            throw new ShapeException($"Column {Wording.Quote(name)} has {elements:N0} elements: no whole number of rows {rowExtents}.");
        Rows = elements / RowLength;
        Spec = new TensorSpec(name, type, rowExtents);
    }

    public string Name => Spec.Name;

    /// <summary>The name, the type that a batch has of it, and the extents of one row.</summary>
    public TensorSpec Spec { get; }

    public int Rows { get; }

    /// <summary>The number of elements of one row.</summary>
    public int RowLength { get; }

    /// <summary>A column of the rows with these numbers, in this order.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    public abstract Column Take(ReadOnlySpan<int> rows);

    /// <summary>Copies the rows with these numbers into the batch's column of the same name; allocates nothing.</summary>
    internal abstract void CopyTo(Batch batch, ReadOnlySpan<int> rows);

    /// <summary>The elements of the rows with these numbers, one after the other.</summary>
    private protected void Gather<T>(ReadOnlySpan<T> elements, ReadOnlySpan<int> rows, Span<T> destination)
    {
        for (int i = 0; i < rows.Length; i++)
            RowOf(elements, rows[i]).CopyTo(destination[(i * RowLength)..]);
    }

    private protected ReadOnlySpan<T> RowOf<T>(ReadOnlySpan<T> elements, int row)
    {
        if ((uint)row >= (uint)Rows)
            throw new ArgumentOutOfRangeException(nameof(row), row, $"Column {Wording.Quote(Name)} has {Rows:N0} rows.");
        return elements.Slice(row * RowLength, RowLength);
    }

    private protected T[] Gather<T>(ReadOnlySpan<T> elements, ReadOnlySpan<int> rows)
    {
        T[] gathered = new T[checked(rows.Length * RowLength)];
        Gather(elements, rows, gathered);
        return gathered;
    }
}
