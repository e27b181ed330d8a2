namespace MoECompiler;

/// <summary>A weight that acts as W + Scale * B A.</summary>
public abstract class AdapterFactors : AdaptedWeight
{
    private protected AdapterFactors(Parameter weight, long groups, int @in, int rank, float scale) : base(weight, groups, @in)
    {
        Rank = rank;
        Scale = scale;
    }

    /// <summary>The rows of A and the columns of B.</summary>
    public int Rank { get; }

    /// <summary>What B A is multiplied by.</summary>
    public float Scale { get; }

    /// <summary>The factors as they are now: A f32[Groups, Rank, In] and B f32[Groups, Out, Rank].</summary>
    public (float[] A, float[] B) Read()
    {
        using CpuDevice cpu = new(1);
        return Make(cpu, static parameter => parameter.Value.ToArray());
    }

    /// <summary>The factors of several adapters, made together of what their parameters are.</summary>
    /// <param name="cpu">What computes them.</param>
    /// <param name="values">A parameter's values: those of all the adapters, one after the other.</param>
    /// <returns>A f32[Adapters * Groups, Rank, In] and B f32[Adapters * Groups, Out, Rank].</returns>
    internal abstract (float[] A, float[] B) Make(CpuDevice cpu, Func<Parameter, float[]> values);

    internal override RowChange Change()
    {
        (float[] a, float[] b) = Read();
        return new LowRankChange(a, b, Rank, In, Out, Scale);
    }
}
