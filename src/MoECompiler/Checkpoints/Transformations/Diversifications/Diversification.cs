namespace MoECompiler.Checkpoints;

/// <summary>How the copies of a network are made to differ, so that they can become different experts.</summary>
public abstract record Diversification
{
    /// <summary>Every kind: a new one is a record in this folder, a member of <see cref="SpawnKind"/> of its name, and a line here.</summary>
    private static readonly Dictionary<SpawnKind, Func<float, bool, Diversification>> s_kinds = new()
    {
        [SpawnKind.Copy] = static (_, _) => new ExactCopy(),
        [SpawnKind.Mask] = static (amount, isRescaled) => new RandomMask(amount, isRescaled),
        [SpawnKind.Noise] = static (amount, _) => new AddedNoise(amount),
        [SpawnKind.Reinitialize] = static (amount, _) => new PartialReinitialization(amount),
    };

    /// <summary>A kind with its number; called by generated code.</summary>
    public static Diversification Of(SpawnKind kind, float amount, bool isRescaled) => s_kinds[kind](amount, isRescaled);

    /// <summary>One expert.</summary>
    /// <param name="dense">What it is a copy of.</param>
    /// <param name="draw">Its random numbers.</param>
    public abstract FeedForward Apply(FeedForward dense, ExpertDraw draw);

    /// <summary>A share of all there is.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not from 0 to below 1.</exception>
    private protected static float Share(float value, string name) =>
        value is >= 0 and < 1 ? value : throw new ArgumentOutOfRangeException(name, value, "A share of weights is from 0 to below 1.");

    /// <summary>A new tensor for each matrix, by its name and its number among the network's; biases stay.</summary>
    private protected static FeedForward MapMatrices(FeedForward dense, Func<string, int, Weight, Weight> change)
    {
        string[] names = [.. dense.Parts.Keys];
        return dense.Map((part, weight) => weight.Extents.Rank < 2 ? weight : change(part, Array.IndexOf(names, part), weight));
    }
}

