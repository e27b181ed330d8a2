namespace Adapters;

/// <summary>What the program was asked for.</summary>
internal sealed record Settings
{
    public required string Data { get; init; }

    public required string Device { get; init; }

    public required string Output { get; init; }

    public required int BaseEpochs { get; init; }

    public required int Epochs { get; init; }

    /// <summary>How many of the old images are learned again with the new ones.</summary>
    public required double Replay { get; init; }

    public required ulong Seed { get; init; }

    /// <summary>The classes that the base does not see: coats look like pullovers and shirts, sneakers like sandals and boots.</summary>
    public static IReadOnlySet<int> LeftOut { get; } = new HashSet<int> { 4, 7 };
}
