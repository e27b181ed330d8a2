namespace MoECompiler.Ops;

/// <summary>Copies what a tile reads into panels: for each depth, the panel's indices side by side, as floats.</summary>
internal static unsafe class Packing
{
    /// <summary>
    /// How far ahead of their use lines are fetched. A line's piece is too short for the machine to see where the next one is: without
    /// this a product of few rows runs at a third of the memory's speed.
    /// </summary>
    private const int LinesAhead = 16;

    /// <summary>
    /// Packs indices <paramref name="index"/> to index + <paramref name="count"/> and the depths from <paramref name="start"/> into
    /// f32[depth, width]. What is beyond the count is 0.
    /// </summary>
    public static void Pack<T>(in Operand<T> operand, long index, int count, int width, long start, int depth, float* panel) where T : unmanaged
    {
        if (operand.Quantized.Exists)
            QuantizedPacking.Pack(operand.Quantized, operand.LinesAreDepth, index, count, width, start, depth, panel);
        else if (operand.LinesAreDepth)
            CopyLines(operand, index, count, width, start, depth, panel);
        else
            TurnLines(operand, index, count, width, start, depth, panel);
    }

    private static void CopyLines<T>(in Operand<T> operand, long index, int count, int width, long start, int depth, float* panel) where T : unmanaged
    {
        for (int k = 0; k < depth; k++, panel += width)
        {
            T* line = operand[start + k] + index;
            for (int ahead = 0; ahead < count; ahead += Cache.Line<T>())
                Cache.Fetch(line + LinesAhead * operand.Stride + ahead);
            int i = 0;
            for (; i + 4 <= count; i += 4)
                Stored.Load<Lanes4, T>(line + i).Store(panel + i);
            for (; i < count; i++)
                Stored.Load<Lanes1, T>(line + i).Store(panel + i);
            for (; i < width; i++)
                panel[i] = 0;
        }
    }

    private static void TurnLines<T>(in Operand<T> operand, long index, int count, int width, long start, int depth, float* panel) where T : unmanaged
    {
        if (width == 1)
        {
            Stored.Widen(operand[index] + start, panel, depth);
            return;
        }
        int i = 0;
        for (; i + 4 <= count; i += 4)
        {
            T* a = operand[index + i] + start;
            T* b = operand[index + i + 1] + start;
            T* c = operand[index + i + 2] + start;
            T* d = operand[index + i + 3] + start;
            Turning.Four(a, b, c, d, width, depth, panel + i, 4 * operand.Stride);
        }
        for (; i < count; i++)
        {
            T* line = operand[index + i] + start;
            for (int k = 0; k < depth; k++)
                Stored.Load<Lanes1, T>(line + k).Store(panel + k * width + i);
        }
        for (; i < width; i++)
        {
            for (int k = 0; k < depth; k++)
                panel[k * width + i] = 0;
        }
    }
}
