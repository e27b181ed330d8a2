namespace MoECompiler;

/// <summary>A weight that an adapter changes, and what the two factors of the change are made of.</summary>
public abstract class AdapterFactors
{
    private protected AdapterFactors(Parameter weight, int rank, int @in)
    {
        Weight = weight;
        Rank = rank;
        In = @in;
    }

    /// <summary>The model's weight, f32[Groups..., Out, In]: layers and experts are groups.</summary>
    public Parameter Weight { get; }

    /// <summary>The rows of A and the columns of B.</summary>
    public int Rank { get; }

    /// <summary>What a row of the matrix is multiplied with.</summary>
    public int In { get; }

    /// <summary>How many matrices the weight is.</summary>
    public abstract long Groups { get; }

    /// <summary>The rows of each matrix.</summary>
    public int Out => checked((int)(Weight.Count / In / Groups));

    /// <summary>The factors as they are now: A f32[Groups, Rank, In] and B f32[Groups, Out, Rank].</summary>
    public abstract (float[] A, float[] B) Read();
}
