namespace MoECompiler.Training;

/// <summary>Some elements of a parameter, side by side.</summary>
internal readonly record struct ElementRange(long First, long Count)
{
    /// <summary>The first element after them.</summary>
    public long End => First + Count;
}
