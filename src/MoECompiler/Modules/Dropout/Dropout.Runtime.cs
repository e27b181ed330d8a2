namespace MoECompiler;

/// <summary>A dropout, declared by <see cref="DropoutAttribute">[Dropout(Rate)]</see>.</summary>
public sealed class Dropout
{
    /// <summary>It keeps the shape.</summary>
    public Tensor Forward(Tensor x) => throw Declaration.NeverRuns("Dropout.Forward");
}
