namespace MoECompiler.Training;

/// <summary>Elements of one parameter that a group updates: where they begin in the buffers that all parameters share.</summary>
internal readonly struct UpdateChunk(long value, long gradient, long firstState, long secondState, int count)
{
    public readonly long Value = value;
    public readonly long Gradient = gradient;
    public readonly long FirstState = firstState;
    public readonly long SecondState = secondState;
    public readonly long Count = count;
}
