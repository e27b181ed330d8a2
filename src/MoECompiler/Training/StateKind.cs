namespace MoECompiler.Training;

/// <summary>One thing that an optimizer remembers of each element.</summary>
/// <param name="Name">In checkpoints, such as <c>mean</c>.</param>
/// <param name="IsSquare">Whether it is a square or a sum of squares, never negative: in 8 bits it is stored as its root.</param>
internal sealed record StateKind(string Name, bool IsSquare = false);
