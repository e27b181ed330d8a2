namespace MoECompiler.Checkpoints;

/// <summary>
/// A checkpoint or its config cannot be read or written; the message names the file, the tensor or key, the expected and the found.
/// </summary>
public sealed class CheckpointException : Exception
{
    public CheckpointException(string file, string problem, Exception? inner = null) : base($"{file}: {problem}", inner) => File = file;

    /// <summary>The path of the file or folder at fault.</summary>
    public string File { get; }

    /// <summary>The exception for one tensor of a file.</summary>
    internal static CheckpointException ForTensor(string file, string tensor, string problem)
        => new(file, $"tensor {Wording.Quote(tensor)}: {problem}");
}
