namespace MoECompiler;

/// <summary>The trained vectors of a weight's change, declared by <see cref="VeraAttribute{TModel}">[Vera&lt;TModel&gt;]</see>.</summary>
public sealed class VeraFactors(Parameter weight, SeededFactor drawnA, SeededFactor drawnB, Parameter d, Parameter b)
    : AdapterFactors(weight, d.Extents.Rows, drawnA.Columns, drawnA.Rows, scale: 1)
{
    /// <summary>f32[Groups..., Rank].</summary>
    public Parameter D { get; } = d;

    /// <summary>f32[Groups..., Out].</summary>
    public Parameter B { get; } = b;

    public override (float[] A, float[] B) Read() => (Scaled(drawnA, D.Value.ToArray()), Scaled(drawnB, B.Value.ToArray()));

    private static float[] Scaled(SeededFactor factor, float[] vectors)
    {
        float[] matrix = factor.Make([MathF.Sqrt(6)], 1);
        float[] scaled = new float[(long)vectors.Length * factor.Columns];
        for (int i = 0; i < scaled.Length; i++)
            scaled[i] = vectors[i / factor.Columns] * matrix[i % matrix.Length];
        return scaled;
    }
}
