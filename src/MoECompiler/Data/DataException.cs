namespace MoECompiler.Data;

/// <summary>
/// A data file cannot be read; the message names the file, the line and column where there are such, the expected and the found.
/// </summary>
public sealed class DataException : Exception
{
    public DataException(string file, string problem, Exception? inner = null) : base($"{file}: {problem}", inner) => File = file;

    /// <summary>The path of the file at fault.</summary>
    public string File { get; }
}
