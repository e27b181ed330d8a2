namespace MoECompiler.Training;

/// <summary>Where a kernel finds what an optimizer changes.</summary>
internal interface IUpdateTarget
{
    /// <summary>Element <paramref name="i"/> of a chunk.</summary>
    static abstract ScalarLane Read(ArrayView<float> values, ArrayView<float> states, UpdateChunk chunk, long i);

    static abstract void Write(ArrayView<float> values, ArrayView<float> states, UpdateChunk chunk, long i, ScalarLane value);
}

/// <summary>A parameter of 32 bits: the value itself.</summary>
internal readonly struct WideTarget : IUpdateTarget
{
    public static ScalarLane Read(ArrayView<float> values, ArrayView<float> states, UpdateChunk chunk, long i) => new(values[chunk.Value + i]);

    public static void Write(ArrayView<float> values, ArrayView<float> states, UpdateChunk chunk, long i, ScalarLane value)
        => values[chunk.Value + i] = value.Value;
}

/// <summary>A parameter of 16 bits: its master among the states, which is rounded into the value.</summary>
internal readonly struct NarrowTarget<T> : IUpdateTarget where T : struct, INarrowFloat
{
    public static ScalarLane Read(ArrayView<float> values, ArrayView<float> states, UpdateChunk chunk, long i)
    {
        float master = states[chunk.Master + i];
        return Master.Current(
            new ScalarLane(master), new ScalarLane(T.Widen(T.Narrow(master))), new ScalarLane(T.Widen(values.Cast<ushort>()[chunk.Value + i])));
    }

    public static void Write(ArrayView<float> values, ArrayView<float> states, UpdateChunk chunk, long i, ScalarLane value)
    {
        states[chunk.Master + i] = value.Value;
        values.Cast<ushort>()[chunk.Value + i] = (ushort)T.Narrow(value.Value);
    }
}
