namespace MoECompiler;

/// <summary>How the changes of several adapters become that of one; each works on the two factors of a matrix at a time.</summary>
public abstract class AdapterCombination
{
    private protected AdapterCombination()
    {
    }

    /// <summary>
    /// The sum of the changes, exactly: the factors stand side by side. The new adapter's rank has to be at least the sum of the others'.
    /// </summary>
    public static AdapterCombination Concatenation { get; } = new Concatenation();

    /// <summary>
    /// The sum of A times the sum of B, for adapters of the new one's rank. It is the sum of the changes only for adapters that share one of the
    /// factors, but costs no rank, and is what PEFT calls <c>linear</c>.
    /// </summary>
    public static AdapterCombination Linear { get; } = new FactorSum();

    /// <summary>The best change of the new adapter's rank: the largest singular values of the sum of the changes, of adapters of any ranks.</summary>
    public static AdapterCombination TruncatedSvd { get; } = new TruncatedSum();

    /// <summary>Why adapters of these ranks cannot be combined so; null where they can.</summary>
    internal abstract string? Refusal(int rank, IReadOnlyList<int> ranks);

    /// <summary>Makes the factors of the sum of <paramref name="parts"/>; both hold zeroes.</summary>
    /// <param name="parts">The changes.</param>
    /// <param name="a">f64[Rank, In].</param>
    /// <param name="b">f64[Out, Rank].</param>
    internal abstract void Combine(IReadOnlyList<WeightedFactors> parts, Matrix a, Matrix b);
}

/// <summary>A change Weight * B A.</summary>
/// <param name="A">f64[Rank, In].</param>
/// <param name="B">f64[Out, Rank].</param>
/// <param name="Weight">What the product is multiplied by.</param>
internal readonly record struct WeightedFactors(Matrix A, Matrix B, double Weight)
{
    public int Rank => A.Rows;
}
