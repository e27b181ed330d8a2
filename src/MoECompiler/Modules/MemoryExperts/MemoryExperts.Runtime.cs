namespace MoECompiler;

/// <summary>A memory of very many small experts, declared by <see cref="MemoryExpertsAttribute">[MemoryExperts(In, Out, Rows, Columns, TopK)]</see>.</summary>
public sealed class MemoryExperts(Parameter rowQuery, Parameter columnQuery, Parameter rowKeys, Parameter columnKeys, Parameter up, Parameter down)
{
    /// <summary>f32[KeyWidth, In]: what a row is compared with the keys of the grid's rows as.</summary>
    public Parameter RowQuery { get; } = rowQuery;

    /// <summary>f32[KeyWidth, In].</summary>
    public Parameter ColumnQuery { get; } = columnQuery;

    /// <summary>f32[Rows, KeyWidth].</summary>
    public Parameter RowKeys { get; } = rowKeys;

    /// <summary>f32[Columns, KeyWidth].</summary>
    public Parameter ColumnKeys { get; } = columnKeys;

    /// <summary>The matrices B: f32[Rows * Columns, Rank * Out], a row an expert.</summary>
    public Parameter Up { get; } = up;

    /// <summary>The matrices A: f32[Rows * Columns, Rank * In], a row an expert.</summary>
    public Parameter Down { get; } = down;

    /// <summary>f32[..., In] gives f32[..., Out].</summary>
    public Tensor Forward(Tensor x) => throw Declaration.NeverRuns("MemoryExperts.Forward");
}
