namespace MoECompiler;

/// <summary>A weight that an adapter changes, and what the change is made of.</summary>
public abstract class AdaptedWeight
{
    private protected AdaptedWeight(Parameter weight, long groups, int @in)
    {
        Weight = weight;
        Groups = groups;
        In = @in;
    }

    /// <summary>The model's weight, f32[Groups..., Out, In]: layers and experts are groups.</summary>
    public Parameter Weight { get; }

    /// <summary>How many matrices the weight is.</summary>
    public long Groups { get; }

    /// <summary>What a row of the matrix is multiplied with.</summary>
    public int In { get; }

    /// <summary>The rows of each matrix.</summary>
    public int Out => checked((int)(Weight.Count / In / Groups));

    /// <summary>What becomes of the weight's rows when the adapter is merged, as it is now.</summary>
    /// <exception cref="NotSupportedException">The change is none of a weight.</exception>
    internal abstract RowChange Change();
}
