namespace MoECompiler;

/// <summary>The two trained factors of a weight's change, declared by <see cref="DyLoraAttribute{TModel}">[DyLora&lt;TModel&gt;]</see>.</summary>
public sealed class DyLoraFactors(Parameter weight, float Scale, Parameter a, Parameter b, Parameter kept)
    : AdapterFactors(weight, a.Count / a.Extents.Columns / kept.Extents.Columns, a.Extents.Columns, kept.Extents.Columns, Scale)
{
    /// <summary>f32[Groups..., Rank, In].</summary>
    public Parameter A { get; } = a;

    /// <summary>f32[Groups..., Out, Rank].</summary>
    public Parameter B { get; } = b;

    /// <summary>f32[Groups..., Rank]: Rank / b for the first b rows of A, and 0 for the others.</summary>
    public Parameter Kept { get; } = kept;

    /// <summary>Sets the rank at which an adapter computes, merges and goes into banks; its file says it too. Training draws its own.</summary>
    /// <exception cref="ArgumentException">The adapter is not of [DyLora].</exception>
    /// <exception cref="ArgumentOutOfRangeException">The rank is less than 1, or more than it was declared with.</exception>
    public static void ServeRank(Adapter adapter, int rank)
    {
        using Lock.Scope inside = adapter.Gate.Enter();
        foreach (AdaptedWeight site in adapter.Sites)
        {
            if (site is not DyLoraFactors factors)
                throw new ArgumentException($"{adapter.GetType().Name} is not of [DyLora]: it has one rank.", nameof(adapter));
            factors.Serve(rank);
        }
    }

    internal override (float[] A, float[] B) Make(CpuDevice cpu, Func<Parameter, float[]> values)
    {
        float[] rows = values(A), factors = values(Kept);
        for (int i = 0; i < rows.Length; i++)
            rows[i] *= factors[i / In];
        return (rows, values(B));
    }

    private void Serve(int rank)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rank, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rank, Rank);
        float[] factors = new float[Kept.Count];
        for (int i = 0; i < factors.Length; i++)
            factors[i] = i % Rank < rank ? (float)Rank / rank : 0;
        Kept.Value.CopyFrom(factors);
    }
}
