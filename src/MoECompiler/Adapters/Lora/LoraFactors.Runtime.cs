namespace MoECompiler;

/// <summary>The two trained factors of a weight's change, declared by <see cref="LoraAttribute{TModel}">[Lora&lt;TModel&gt;]</see>.</summary>
public sealed class LoraFactors(Parameter weight, Parameter a, Parameter b) : AdapterFactors(weight, a.Extents[a.Extents.Rank - 2], a.Extents.Columns)
{
    /// <summary>f32[Groups..., Rank, In].</summary>
    public Parameter A { get; } = a;

    /// <summary>f32[Groups..., Out, Rank].</summary>
    public Parameter B { get; } = b;

    public override long Groups => A.Count / Rank / In;

    public override (float[] A, float[] B) Read() => (A.Value.ToArray(), B.Value.ToArray());
}
