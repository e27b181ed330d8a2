namespace MoECompiler;

/// <summary>The trained coefficients of a weight's change, declared by <see cref="NolaAttribute{TModel}">[Nola&lt;TModel&gt;]</see>.</summary>
public sealed class NolaFactors(Parameter weight, float Scale, SeededFactor a, SeededFactor b, Parameter coefficientsA, Parameter coefficientsB)
    : AdapterFactors(weight, coefficientsA.Extents.Rows, a.Columns, a.Rows, Scale)
{
    /// <summary>f32[Groups..., BasisA].</summary>
    public Parameter CoefficientsA { get; } = coefficientsA;

    /// <summary>f32[Groups..., BasisB].</summary>
    public Parameter CoefficientsB { get; } = coefficientsB;

    public override (float[] A, float[] B) Read() =>
        (a.Make(CoefficientsA.Value.ToArray(), CoefficientsA.Extents.Columns), b.Make(CoefficientsB.Value.ToArray(), CoefficientsB.Extents.Columns));
}
