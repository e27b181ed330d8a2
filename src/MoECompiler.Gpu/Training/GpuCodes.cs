namespace MoECompiler.Training;

/// <summary>One kind of state of a block in 8 bits, in a kernel; see <see cref="DynamicCodes"/>.</summary>
/// <param name="first">The byte of the chunk's first element.</param>
/// <param name="scale">Where the block's scale is.</param>
/// <param name="isSquare">Whether roots are stored.</param>
internal readonly struct GpuCodes(long first, long scale, bool isSquare)
{
    public readonly long Scale = scale;

    private int Levels => isSquare ? DynamicCodes.SquareTables : 0;

    /// <summary>What is remembered of element <paramref name="i"/> of the chunk.</summary>
    public ScalarLane Decode(ArrayView<byte> codes, ArrayView<float> tables, long i, float greatest)
    {
        float number = tables[Levels + codes[first + i]] * greatest;
        return new ScalarLane(isSquare ? number * number : number);
    }

    /// <summary>What a block's scale is the greatest of.</summary>
    public ScalarLane Magnitude(ScalarLane state) => isSquare ? ScalarLane.Sqrt(state) : ScalarLane.Abs(state);

    /// <summary>Stores the nearest level.</summary>
    public void Encode(ArrayView<byte> codes, ArrayView<float> tables, long i, ScalarLane state, float greatest)
    {
        float number = (isSquare ? ScalarLane.Sqrt(state).Value : state.Value) * DynamicCodes.Inverse(greatest);
        int middles = Levels + DynamicCodes.Levels;
        int code = 0;
        for (int step = DynamicCodes.Levels / 2; step > 0; step >>= 1)
            code += number > tables[middles + code + step - 1] ? step : 0;
        codes[first + i] = (byte)(isSquare && code == 0 && number > 0 ? 1 : code);
    }
}
