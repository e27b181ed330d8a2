namespace MoECompiler;

/// <summary>The two trained factors of a weight's change, declared by <see cref="LoraAttribute{TModel}">[Lora&lt;TModel&gt;]</see>.</summary>
public sealed class LoraFactors(Parameter weight, float Scale, bool IsRankStabilized, Parameter a, Parameter b)
    : AdapterFactors(weight, a.Count / a.Extents.Columns / a.Extents[a.Extents.Rank - 2], a.Extents.Columns, a.Extents[a.Extents.Rank - 2], Scale), IPeftParameters
{
    /// <summary>f32[Groups..., Rank, In].</summary>
    public Parameter A { get; } = a;

    /// <summary>f32[Groups..., Out, Rank].</summary>
    public Parameter B { get; } = b;

    Parameter? IPeftParameters.Magnitude => null;

    PeftForm IPeftParameters.Form => new(Rank, Scale, IsRankStabilized, IsDora: false);

    internal override (float[] A, float[] B) Make(CpuDevice cpu, Func<Parameter, float[]> values) => (values(A), values(B));
}
