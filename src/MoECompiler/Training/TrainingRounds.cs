namespace MoECompiler.Training;

/// <summary>
/// Trains other parameters in each round of a training. What a round does not train has no state of the optimizer, and no gradient of its own: its derivatives are
/// overwritten as they are made. A round begins with a state of zeroes.
/// </summary>
public abstract record TrainingRounds
{
    private protected TrainingRounds()
    {
    }

    /// <summary>How many updates a round has.</summary>
    public required long RoundSteps
    {
        get;
        init => field = value > 0 ? value : throw new ArgumentOutOfRangeException(nameof(RoundSteps), value, "A round has at least one step.");
    }

    /// <summary>What the rounds are drawn by.</summary>
    public ulong Seed { get; init; }

    /// <summary>For checkpoints: what cannot change when a training is resumed.</summary>
    internal abstract string Description { get; }

    /// <summary>The parameters that a round trains.</summary>
    /// <param name="parameters">Those that can be trained.</param>
    /// <param name="round">From 0.</param>
    /// <exception cref="ArgumentException">There are none.</exception>
    public abstract IReadOnlyList<Parameter> Choose(IEnumerable<Parameter> parameters, long round);

    /// <summary>Items in an order that is drawn.</summary>
    /// <param name="items">What is drawn from.</param>
    /// <param name="random">Seed and round.</param>
    /// <param name="site">The kind's own site of <see cref="Philox"/>.</param>
    /// <param name="draws">How many numbers were drawn before; counted on.</param>
    private protected static T[] Shuffle<T>(IEnumerable<T> items, RandomState random, int site, ref int draws)
    {
        int first = draws;
        (T Item, uint Word)[] drawn = [.. items.Select((item, i) => (item, Philox.Word(random, site, first + i)))];
        draws += drawn.Length;
        return [.. drawn.OrderBy(static item => item.Word).Select(static item => item.Item)];
    }
}
