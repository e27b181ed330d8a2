using MoECompiler.Training;

namespace MoECompiler.Data;

/// <summary>Named columns with equally many rows: one example a row.</summary>
public sealed class Dataset
{
    private readonly Column[] _columns;

    /// <exception cref="ArgumentException">There is no column, two have one name, or they differ in their number of rows.</exception>
    public Dataset(params ReadOnlySpan<Column> columns)
    {
        if (columns.IsEmpty)
            throw new ArgumentException("A data set needs a column.", nameof(columns));
        _columns = columns.ToArray();
        Rows = columns[0].Rows;
        HashSet<string> names = new(StringComparer.Ordinal);
        foreach (Column column in columns)
        {
            if (!names.Add(column.Name))
                throw new ArgumentException($"Two columns have the name {Wording.Quote(column.Name)}.", nameof(columns));
            if (column.Rows != Rows)
            {
                throw new ArgumentException(
                    $"Column {Wording.Quote(column.Name)} has {column.Rows:N0} rows and {Wording.Quote(columns[0].Name)} {Rows:N0}.",
                    nameof(columns));
            }
        }
        Specs = [.. _columns.Select(static column => column.Spec)];
    }

    public int Rows { get; }

    public IReadOnlyList<Column> Columns => _columns;

    /// <summary>What a batch of the data has.</summary>
    public IReadOnlyList<TensorSpec> Specs { get; }

    /// <exception cref="KeyNotFoundException">There is no such column.</exception>
    public Column this[string name] => Array.Find(_columns, column => column.Name == name)
        ?? throw new KeyNotFoundException(
            $"The data have no column {Wording.Quote(name)}; there are: {Wording.List(_columns.Select(static column => column.Name))}.");

    /// <summary>The rows with these numbers, in this order.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    public Dataset Take(ReadOnlySpan<int> rows)
    {
        Column[] columns = new Column[_columns.Length];
        for (int i = 0; i < columns.Length; i++)
            columns[i] = _columns[i].Take(rows);
        return new Dataset(columns);
    }

    /// <summary>
    /// Two data sets without a row in common: <paramref name="testRows"/> rows drawn by the seed, and the others. Both keep the order of
    /// the rows.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">There are not so many rows.</exception>
    public (Dataset Training, Dataset Test) Split(int testRows, ulong seed)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(testRows);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(testRows, Rows);
        int[] order = new int[Rows];
        RowOrder.Shuffle(order, seed, RowOrder.SplitSite, epoch: 0);
        order.AsSpan(0, testRows).Sort();
        order.AsSpan(testRows).Sort();
        return (Take(order.AsSpan(testRows)), Take(order.AsSpan(0, testRows)));
    }

    /// <summary>
    /// The same, with the share that each class has of all rows in both parts, to within a row. Rows with a label below 0 are left to the
    /// training.
    /// </summary>
    /// <param name="labels">The column of classes, one integer a row.</param>
    /// <param name="testRows">How many rows are tested on.</param>
    /// <param name="seed">What the rows of each class are drawn from.</param>
    /// <exception cref="ArgumentException">The column is not of single integers.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There are not so many rows with a class.</exception>
    public (Dataset Training, Dataset Test) SplitStratified(string labels, int testRows, ulong seed)
    {
        if (this[labels] is not IntegerColumn { RowLength: 1 } classes)
            throw new ArgumentException($"Column {Wording.Quote(labels)} is not of single integers.", nameof(labels));
        int[][] rowsOf = ClassRows.Of(classes.Elements);
        ArgumentOutOfRangeException.ThrowIfNegative(testRows);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(testRows, rowsOf.Sum(static rows => rows.Length));
        int[] shares = ClassRows.Shares(rowsOf, testRows);
        HashSet<int> tested = [];
        for (int label = 0; label < rowsOf.Length; label++)
        {
            int[] order = new int[rowsOf[label].Length];
            RowOrder.Shuffle(order, seed, RowOrder.SplitSite, epoch: label);
            foreach (int drawn in order.AsSpan(0, shares[label]))
                tested.Add(rowsOf[label][drawn]);
        }
        int[] all = [.. Enumerable.Range(0, Rows)];
        return (Take(Array.FindAll(all, row => !tested.Contains(row))), Take(Array.FindAll(all, tested.Contains)));
    }
}
