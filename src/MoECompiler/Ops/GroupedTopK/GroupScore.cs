namespace MoECompiler;

/// <summary>What a part of a row counts as when parts are chosen.</summary>
public enum GroupScore
{
    /// <summary>Its best score: DeepSeek-V2.</summary>
    Best,

    /// <summary>The sum of its two best, of a part of one its only score: DeepSeek-V3.</summary>
    SumOfTwoBest,
}
