using System.Globalization;
using System.Text;

namespace MoECompiler.Data;

/// <summary>A table of texts in memory, with the numbers and the categories that its columns hold.</summary>
public sealed class CsvTable
{
    private readonly string _path;
    private readonly string _characters;
    private readonly int[] _ends;
    private readonly int _firstCell;
    private readonly int[] _lines;
    private readonly string[] _names;
    private readonly string[] _missing;

    private CsvTable(string path, CsvReader cells, int[] lines, string[] names, IEnumerable<string> missing)
    {
        _path = path;
        _characters = cells.Characters;
        _ends = [.. cells.Ends];
        _firstCell = _ends.Length - lines.Length * names.Length;
        _lines = lines;
        _names = names;
        _missing = [.. missing];
    }

    /// <summary>The columns' names.</summary>
    public IReadOnlyList<string> Names => _names;

    public int Rows => _lines.Length;

    /// <summary>The table in a file of UTF-8 text, compressed by gzip or not.</summary>
    /// <exception cref="DataException">The file cannot be read, or breaks the grammar of RFC 4180, or a row has too few cells or too
    /// many.</exception>
    public static CsvTable Read(string path, CsvOptions? options = null)
        => DataFile.Read(path, stream => Parse(stream, path, options ?? new CsvOptions()));

    /// <summary>The table in a stream.</summary>
    /// <param name="stream">UTF-8 text.</param>
    /// <param name="path">What errors name.</param>
    /// <param name="options">How to read it.</param>
    internal static CsvTable Parse(Stream stream, string path, CsvOptions options)
    {
        UTF8Encoding strict = new(encoderShouldEmitUTF8Identifier: true, throwOnInvalidBytes: true);
        using StreamReader text = new(stream, strict, detectEncodingFromByteOrderMarks: false, leaveOpen: true);
        CsvReader reader = new(text, options, path);
        try
        {
            string[] names = options.Names is { } given ? [.. given] : ReadNames(reader, path);
            if (names.GroupBy(static name => name).FirstOrDefault(static group => group.Count() > 1) is { } twice)
                throw new DataException(path, $"two columns have the name {Wording.Quote(twice.Key)}.");
            return new CsvTable(path, reader, ReadRows(reader, names.Length, path), names, options.MissingTexts);
        }
        catch (DecoderFallbackException e)
        {
            throw new DataException(path, "the text is not valid UTF-8.", e);
        }
    }

    /// <summary>The text of a cell.</summary>
    public ReadOnlySpan<char> Cell(int row, string column)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(row);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(row, Rows);
        return Cell(row, IndexOf(column));
    }

    /// <summary>The numbers of a column.</summary>
    /// <param name="column">Its name.</param>
    /// <param name="missing">What stands for a missing one, such as NaN; if null, a missing one is an error.</param>
    /// <exception cref="DataException">A cell has no finite number.</exception>
    public float[] Numbers(string column, float? missing = null)
    {
        int index = IndexOf(column);
        float[] numbers = new float[Rows];
        for (int row = 0; row < numbers.Length; row++)
        {
            ReadOnlySpan<char> cell = Cell(row, index);
            if (missing is { } substitute && IsMissing(cell))
                numbers[row] = substitute;
            else if (float.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out float number) && float.IsFinite(number))
                numbers[row] = number;
            else
                throw Bad(row, index, $"expected a number, found {Wording.Quote(cell)}.");
        }
        return numbers;
    }

    /// <summary>The different texts of a column but for missing ones, in ordinal order.</summary>
    public string[] Categories(string column)
    {
        int index = IndexOf(column);
        HashSet<string> categories = new(StringComparer.Ordinal);
        HashSet<string>.AlternateLookup<ReadOnlySpan<char>> lookup = categories.GetAlternateLookup<ReadOnlySpan<char>>();
        for (int row = 0; row < Rows; row++)
        {
            if (Cell(row, index) is var cell && !IsMissing(cell))
                lookup.Add(cell);
        }
        return [.. categories.Order(StringComparer.Ordinal)];
    }

    /// <summary>For each row the position of its text among the categories.</summary>
    /// <param name="column">Its name.</param>
    /// <param name="categories">The texts that are expected.</param>
    /// <param name="other">What stands for any other text and for a missing one; if null, they are errors.</param>
    /// <exception cref="DataException">A cell has none of the categories.</exception>
    public int[] Codes(string column, IReadOnlyList<string> categories, int? other = null)
    {
        int index = IndexOf(column);
        Dictionary<string, int> codes = new(StringComparer.Ordinal);
        for (int code = 0; code < categories.Count; code++)
            codes.Add(categories[code], code);
        Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> lookup = codes.GetAlternateLookup<ReadOnlySpan<char>>();
        int[] result = new int[Rows];
        for (int row = 0; row < result.Length; row++)
        {
            ReadOnlySpan<char> cell = Cell(row, index);
            if (!lookup.TryGetValue(cell, out result[row]))
                result[row] = other ?? throw Bad(row, index, $"expected one of {Wording.List(categories)}, found {Wording.Quote(cell)}.");
        }
        return result;
    }

    private static string[] ReadNames(CsvReader reader, string path)
    {
        int count = reader.ReadRecord();
        if (count == 0)
            throw new DataException(path, "expected a header line with the columns' names, found no text.");
        string[] names = new string[count];
        for (int i = 0; i < count; i++)
            names[i] = reader.Cell(i);
        return names;
    }

    private static int[] ReadRows(CsvReader reader, int columns, string path)
    {
        List<int> lines = [];
        while (reader.ReadRecord() is int cells and > 0)
        {
            if (cells != columns)
                throw new DataException(path, $"line {reader.RecordLine}: expected {columns} cells, found {cells}.");
            lines.Add(reader.RecordLine);
        }
        return [.. lines];
    }

    private ReadOnlySpan<char> Cell(int row, int column)
    {
        int cell = _firstCell + row * _names.Length + column;
        int begin = cell == 0 ? 0 : _ends[cell - 1];
        return _characters.AsSpan(begin, _ends[cell] - begin);
    }

    private bool IsMissing(ReadOnlySpan<char> cell)
    {
        foreach (string text in _missing)
        {
            if (cell.SequenceEqual(text))
                return true;
        }
        return false;
    }

    private int IndexOf(string column) => Array.IndexOf(_names, column) is int index and >= 0
        ? index
        : throw new DataException(_path, $"expected a column {Wording.Quote(column)}, found {Wording.List(_names)}.");

    private DataException Bad(int row, int column, string problem)
        => new(_path, $"line {_lines[row]}, column {Wording.Quote(_names[column])}: {problem}");
}
