namespace MoECompiler.Training;

/// <summary>Elements of one parameter that a group updates: where they begin in the buffers that all parameters share.</summary>
/// <remarks>State of 8 bits begins at a byte of its buffer, and has scales of its own.</remarks>
internal readonly struct UpdateChunk(
    long value, long master, long gradient, long accumulated, long firstState, long secondState, long firstScale, long secondScale, long first, int parameter, int count)
{
    /// <summary>In elements of what the parameter is stored as.</summary>
    public readonly long Value = value;

    /// <summary>Among what the optimizer remembers; of a parameter that is stored in 16 bits.</summary>
    public readonly long Master = master;

    public readonly long Gradient = gradient;

    /// <summary>The gradients' sum, among what the optimizer remembers, where several batches make a step.</summary>
    public readonly long Accumulated = accumulated;

    public readonly long FirstState = firstState;
    public readonly long SecondState = secondState;
    public readonly long FirstScale = firstScale;
    public readonly long SecondScale = secondScale;

    /// <summary>The number of the first element in its parameter, a multiple of 4.</summary>
    public readonly long First = first;

    /// <summary>The number of the parameter in its model.</summary>
    public readonly long Parameter = parameter;

    public readonly long Count = count;

    /// <summary>The same elements of another row of a table, whose gradient begins at <paramref name="itsGradient"/>.</summary>
    public UpdateChunk OfRow(long row, long itsGradient)
    {
        long at = row * Count;
        return new UpdateChunk(Value + at, Master + at, itsGradient, 0, FirstState + at, SecondState + at, 0, 0, at, 0, (int)Count);
    }
}
