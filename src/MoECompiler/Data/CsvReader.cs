using System.Text;

namespace MoECompiler.Data;

/// <summary>Reads records of cells by the grammar of RFC 4180; lines end with LF or CR LF, and empty lines are no records.</summary>
/// <param name="text">The table.</param>
/// <param name="options">The delimiter, and whether spaces are trimmed.</param>
/// <param name="path">What errors name.</param>
internal sealed class CsvReader(TextReader text, CsvOptions options, string path)
{
    private const int End = -1;
    private const int MaximumCharacters = 1 << 30;

    private readonly char[] _buffer = new char[4096];
    private readonly StringBuilder _characters = new();
    private readonly List<int> _ends = [];
    private int _line = 1;
    private int _at;
    private int _count;

    /// <summary>The line on which the last record begins, from 1.</summary>
    public int RecordLine { get; private set; }

    /// <summary>The characters of all cells of all records, without anything between.</summary>
    public string Characters => _characters.ToString();

    /// <summary>Where each cell ends in the characters; it begins where the one before it ends.</summary>
    public List<int> Ends => _ends;

    /// <summary>The text of a cell, counted from the first one read.</summary>
    public string Cell(int index)
    {
        int begin = index == 0 ? 0 : _ends[index - 1];
        return _characters.ToString(begin, _ends[index] - begin);
    }

    /// <summary>Reads the next record; its cells are the last of <see cref="Ends"/>.</summary>
    /// <returns>Its number of cells; 0 at the end of the text.</returns>
    /// <exception cref="DataException">The text breaks the grammar or is too long.</exception>
    public int ReadRecord()
    {
        while (SkipSpaces() is int c && IsLineEnd(c))
        {
            if (c == End)
                return 0;
            ReadLineEnd();
        }
        RecordLine = _line;
        int before = _ends.Count;
        while (true)
        {
            ReadCell();
            if (Peek() != options.Delimiter)
                break;
            Read();
        }
        ReadLineEnd();
        return _ends.Count - before;
    }

    private void ReadCell()
    {
        int begin = _characters.Length;
        if (SkipSpaces() == '"')
            ReadQuoted();
        else
            ReadPlain(begin);
        if (_characters.Length > MaximumCharacters)
            throw Bad($"the cells have more than {MaximumCharacters:N0} characters together.");
        _ends.Add(_characters.Length);
    }

    private void ReadPlain(int begin)
    {
        while (Peek() is int c && c != options.Delimiter && !IsLineEnd(c))
        {
            if (c == '"')
                throw Bad("a quote stands inside a cell that does not begin with one.");
            _characters.Append((char)Read());
        }
        while (options.TrimsSpaces && _characters.Length > begin && IsSpace(_characters[^1]))
            _characters.Length--;
    }

    private void ReadQuoted()
    {
        int firstLine = _line;
        Read();
        while (true)
        {
            int c = Read();
            if (c == End)
                throw new DataException(path, $"line {firstLine}: a quoted cell has no closing quote.");
            if (c == '"' && Peek() != '"')
                break;
            if (c == '"')
                Read();
            if (c == '\n')
                _line++;
            _characters.Append((char)c);
        }
        int next = SkipSpaces();
        if (next != options.Delimiter && !IsLineEnd(next))
            throw Bad($"expected a delimiter or the end of the line after a closing quote, found {Wording.Quote([(char)next])}.");
    }

    private void ReadLineEnd()
    {
        int c = Read();
        if (c == '\r' && Read() != '\n')
            throw Bad("a carriage return is not followed by a line feed.");
        if (c != End)
            _line++;
    }

    /// <summary>Goes past spaces, where they are no part of a cell, and gives the character there.</summary>
    private int SkipSpaces()
    {
        while (options.TrimsSpaces && Peek() is int c && c != options.Delimiter && IsSpace((char)c))
            Read();
        return Peek();
    }

    private int Peek()
    {
        if (_at == _count)
            (_at, _count) = (0, text.Read(_buffer));
        return _count == 0 ? End : _buffer[_at];
    }

    private int Read()
    {
        int c = Peek();
        if (c != End)
            _at++;
        return c;
    }

    private static bool IsSpace(char c) => c is ' ' or '\t';

    private static bool IsLineEnd(int c) => c is End or '\n' or '\r';

    private DataException Bad(string problem) => new(path, $"line {_line}: {problem}");
}
