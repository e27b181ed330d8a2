namespace MoECompiler;

/// <summary>The trained vectors of a weight's change, declared by <see cref="VeraAttribute{TModel}">[Vera&lt;TModel&gt;]</see>.</summary>
public sealed class VeraFactors(Parameter weight, SeededFactor drawnA, SeededFactor drawnB, Parameter d, Parameter b)
    : AdapterFactors(weight, d.Extents.Rows, drawnA.Columns, drawnA.Rows, scale: 1)
{
    /// <summary>f32[Groups..., Rank].</summary>
    public Parameter D { get; } = d;

    /// <summary>f32[Groups..., Out].</summary>
    public Parameter B { get; } = b;

    internal override (float[] A, float[] B) Make(CpuDevice cpu, Func<Parameter, float[]> values) => (Scaled(cpu, drawnA, values(D)), Scaled(cpu, drawnB, values(B)));

    private static float[] Scaled(CpuDevice cpu, SeededFactor factor, float[] vectors)
    {
        float[] matrix = factor.Make(cpu, [MathF.Sqrt(6)], 1, groups: 1);
        float[] scaled = new float[(long)vectors.Length * factor.Columns];
        for (int i = 0; i < scaled.Length; i++)
            scaled[i] = vectors[i / factor.Columns] * matrix[i % matrix.Length];
        return scaled;
    }
}
