namespace MoECompiler;

/// <summary>The trained coefficients of a weight's change, declared by <see cref="PrancAttribute{TModel}">[Pranc&lt;TModel&gt;]</see>.</summary>
public sealed class PrancCoefficients(Parameter weight, SeededFactor matrix, Parameter coefficients)
    : AdaptedWeight(weight, coefficients.Extents.Rows, matrix.Columns)
{
    /// <summary>f32[Groups..., Basis].</summary>
    public Parameter Coefficients { get; } = coefficients;

    internal override RowChange Change() => new CombinationChange(matrix, Coefficients.Value.ToArray(), Coefficients.Extents.Columns);

    private sealed class CombinationChange(SeededFactor matrix, float[] coefficients, int count) : SumChange(matrix.Columns)
    {
        protected override void AddTo(Span<float> addend, long row)
        {
            int group = (int)(row / matrix.Rows);
            matrix.AddRow(addend, group, (int)(row % matrix.Rows), coefficients.AsSpan(group * count, count));
        }
    }
}
