using MoECompiler.Checkpoints;

namespace MoECompiler;

public abstract partial class Model
{
    /// <summary>
    /// Writes all parameters to a safetensors file, as they are stored, under their checkpoint names; the file is replaced whole or not at
    /// all.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="texts">What else belongs to the model, such as how its inputs are scaled: <see cref="Checkpoint.Metadata"/> of the file.</param>
    /// <param name="cancellationToken">Looked at between two parameters.</param>
    /// <exception cref="CheckpointException">The file cannot be written; the old one is as it was.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled; the old file is as it was.</exception>
    public void Save(string path, IReadOnlyDictionary<string, string>? texts = null, CancellationToken cancellationToken = default)
    {
        SafetensorsWriter writer = new();
        foreach ((string name, string text) in texts ?? new Dictionary<string, string>())
            writer.SetMetadata(name, text);
        using Lock.Scope inside = Gate.Enter();
        foreach (Parameter parameter in Parameters)
            parameter.AddTo(writer);
        Describe(writer);
        writer.Write(path, cancellationToken);
    }

    /// <summary>
    /// Reads all parameters from a safetensors file, or from the sharded ones of a folder: floats of any type, which are rounded to nearest,
    /// ties to even, where a parameter is stored in fewer bits.
    /// </summary>
    /// <param name="path">The file or the folder.</param>
    /// <param name="allowExtra">Whether there may be tensors that the model does not have, as in the checkpoint of a training.</param>
    /// <param name="cancellationToken">Looked at as long as no parameter was changed.</param>
    /// <exception cref="CheckpointException">A tensor is missing, extra, of another shape or type, or has a finite element that is too large for
    /// 16 bits; no parameter was changed.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled; no parameter was changed.</exception>
    public void LoadWeights(string path, bool allowExtra = false, CancellationToken cancellationToken = default)
    {
        using Checkpoint checkpoint = Checkpoint.Open(path);
        using Lock.Scope inside = Gate.Enter();
        Check(checkpoint);
        WeightLoader.Load(checkpoint, [.. Parameters.SelectMany(static parameter => parameter.Requests())], allowExtra, cancellationToken);
        WasLoaded(checkpoint);
    }

    /// <summary>Texts that a file gets beside the parameters.</summary>
    internal virtual void Describe(SafetensorsWriter writer)
    {
    }

    /// <summary>The parameters are now those of a file.</summary>
    internal virtual void WasLoaded(Checkpoint checkpoint)
    {
    }

    /// <summary>What has to hold of a file beside its tensors.</summary>
    /// <exception cref="CheckpointException">It does not.</exception>
    internal virtual void Check(Checkpoint checkpoint)
    {
    }
}
