namespace MoECompiler;

/// <summary>What a part of a row counts as when parts are chosen.</summary>
public enum GroupScore
{
    /// <summary>Its best score: DeepSeek-V2.</summary>
    Best,

    /// <summary>The sum of its two best, of a part of one its only score: DeepSeek-V3.</summary>
    SumOfTwoBest,

    /// <summary>The sum of all its scores, in their order: of a hierarchical router's what it gives the part.</summary>
    Sum,
}
