namespace MoECompiler.Data;

/// <summary>Which rows of a data set an epoch has, and in which order: a function of the epoch, so that any batch can be made again.</summary>
public abstract class RowSampler
{
    private protected RowSampler()
    {
    }

    /// <summary>All rows in their own order, in every epoch.</summary>
    public static RowSampler InOrder { get; } = new InOrderSampler();

    /// <summary>What two samplers must have in common to give equal orders, such as <c>shuffled by seed 1</c>.</summary>
    public abstract string Description { get; }

    /// <summary>Every row once, in an order that is drawn for each epoch.</summary>
    public static RowSampler Shuffled(ulong seed) => new ShuffledSampler(seed);

    /// <summary>As many rows as there are, each drawn by its weight whatever was drawn before: a row may come often, or not at all.</summary>
    /// <param name="weights">One for each row, not negative, not all 0; see <see cref="ClassWeights.OfRows"/>.</param>
    /// <param name="seed">What is drawn from.</param>
    /// <exception cref="ArgumentException">A weight is negative or not finite, or all are 0.</exception>
    public static RowSampler Weighted(ReadOnlySpan<float> weights, ulong seed) => new WeightedSampler(weights, seed);

    /// <summary>Overwrites the order with that of an epoch; allocates nothing.</summary>
    /// <param name="order">Of as many elements as there are rows.</param>
    /// <param name="epoch">From 0.</param>
    internal abstract void Fill(Span<int> order, long epoch);

    private sealed class InOrderSampler : RowSampler
    {
        public override string Description => "in order";

        internal override void Fill(Span<int> order, long epoch) => RowOrder.Fill(order);
    }

    private sealed class ShuffledSampler(ulong seed) : RowSampler
    {
        public override string Description => $"shuffled by seed {seed}";

        internal override void Fill(Span<int> order, long epoch) => RowOrder.Shuffle(order, seed, RowOrder.EpochSite, epoch);
    }
}
