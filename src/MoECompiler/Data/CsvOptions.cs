namespace MoECompiler.Data;

/// <summary>How the text of a table is to be read; the defaults are those of RFC 4180 with a header line.</summary>
public sealed record CsvOptions
{
    /// <summary>What stands between two cells.</summary>
    public char Delimiter { get; init; } = ',';

    /// <summary>The columns' names, for a file without a header line; null if the first line has them.</summary>
    public IReadOnlyList<string>? Names { get; init; }

    /// <summary>Whether spaces and tabs around a cell are no part of it.</summary>
    public bool TrimsSpaces { get; init; }

    /// <summary>The texts of a cell whose value is missing.</summary>
    public IReadOnlyList<string> MissingTexts { get; init; } = [""];
}
