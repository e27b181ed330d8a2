namespace MoECompiler;

/// <summary>The gradient of a table, of the rows that a step read and of no others.</summary>
/// <param name="Rows">i32[N]: the rows that were read, ascending, each once, with -1 between them for none.</param>
/// <param name="Values">f32[N, W]: the gradient of each, 0 where there is none.</param>
public readonly record struct RowGradient(View<int> Rows, View<float> Values)
{
    /// <summary>False for a default value.</summary>
    internal bool IsGiven { get; } = true;
}
