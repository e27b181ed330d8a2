namespace MoECompiler;

/// <summary>
/// The host's work on matrices in 4 bits, in any memory: some rows at a time are floats. In its own memory they are read in place, of a GPU's by
/// way of a copy of one matrix in 4 bits; so a model is never in memory in floats.
/// </summary>
internal static unsafe class Nf4Blocks
{
    /// <summary>The most elements at a time that are floats, unless a single row has more.</summary>
    private const int Elements = 1 << 20;

    /// <summary>Reads all elements in order, as floats.</summary>
    public static void Read(Nf4View view, ReadElements<float> read)
    {
        if (view.Count == 0)
            return;
        Nf4Layout layout = view.Layout;
        float[] floats = new float[RowsAtOnce(layout) * layout.Columns];
        byte[] copy = view.Buffer.IsHostVisible ? [] : new byte[layout.Bytes];
        fixed (byte* copied = copy)
        fixed (float* to = floats)
        {
            for (int m = 0; m < view.Matrices; m++)
            {
                if (copy.Length > 0)
                    view.Part(m, 0, layout.Bytes).CopyTo(copy);
                Nf4Matrix matrix = copy.Length > 0 ? new Nf4Matrix(copied, layout) : view.Matrix(m);
                for (int row = 0; row < layout.Rows; row += RowsAtOnce(layout))
                {
                    int rows = Math.Min(RowsAtOnce(layout), layout.Rows - row);
                    for (int i = 0; i < rows; i++)
                        matrix.Decode(row + i, 0, layout.Columns, to + i * layout.Columns);
                    read(floats.AsSpan(0, rows * layout.Columns), First(layout, m, row));
                }
            }
        }
        GC.KeepAlive(view.Buffer);
    }

    /// <summary>Overwrites all elements in order with what is nearest to floats.</summary>
    /// <exception cref="ArgumentException">One is no finite number; those before it are overwritten.</exception>
    public static void Write(Nf4View view, WriteElements<float> write)
    {
        if (view.Count == 0)
            return;
        Nf4Layout layout = view.Layout;
        float[] floats = new float[RowsAtOnce(layout) * layout.Columns];
        byte[] codes = new byte[RowsAtOnce(layout) * layout.RowBytes];
        for (int m = 0; m < view.Matrices; m++)
        {
            Nf4Encoder encoder = new(layout);
            for (int row = 0; row < layout.Rows; row += RowsAtOnce(layout))
            {
                int rows = Math.Min(RowsAtOnce(layout), layout.Rows - row);
                Span<float> elements = floats.AsSpan(0, rows * layout.Columns);
                Span<byte> line = codes.AsSpan(0, rows * layout.RowBytes);
                write(elements, First(layout, m, row));
                encoder.Encode(row, elements, line);
                view.Part(m, (long)row * layout.RowBytes, line.Length).CopyFrom(line);
            }
            byte[] rest = encoder.Finish();
            view.Part(m, layout.CodeBytes, rest.Length).CopyFrom(rest);
        }
    }

    /// <summary>Reads the bytes of all matrices in order, as they are stored.</summary>
    public static void ReadBytes(Nf4View view, Action<ReadOnlySpan<byte>> read)
    {
        for (int m = 0; m < view.Matrices; m++)
            HostBlocks.Read(view.Part(m, 0, view.Layout.Bytes), (bytes, _) => read(bytes));
    }

    private static int RowsAtOnce(Nf4Layout layout) => Math.Clamp(Elements / layout.Columns, 1, layout.Rows);

    private static long First(Nf4Layout layout, int matrix, int row) => ((long)matrix * layout.Rows + row) * layout.Columns;
}
