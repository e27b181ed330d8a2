using System.Runtime.CompilerServices;

namespace MoECompiler.Ops;

/// <summary>Packs panels of a matrix in 4 bits: its elements are floats from here on, in a panel of at most 32 KiB, and nowhere else.</summary>
internal static unsafe class QuantizedPacking
{
    /// <summary>The lines that are turned at a time, and the most depth of a panel.</summary>
    private const int Lines = 4, MaximumDepth = 256;

    /// <inheritdoc cref="Packing.Pack"/>
    public static void Pack(in Nf4Matrix matrix, bool linesAreDepth, long index, int count, int width, long start, int depth, float* panel)
    {
        if (linesAreDepth)
            CopyLines(matrix, (int)index, count, width, start, depth, panel);
        else
            TurnLines(matrix, index, count, width, (int)start, depth, panel);
    }

    private static void CopyLines(in Nf4Matrix matrix, int index, int count, int width, long start, int depth, float* panel)
    {
        for (int k = 0; k < depth; k++, panel += width)
        {
            matrix.Decode(start + k, index, count, panel);
            new Span<float>(panel + count, width - count).Clear();
        }
    }

    [SkipLocalsInit]
    private static void TurnLines(in Nf4Matrix matrix, long index, int count, int width, int start, int depth, float* panel)
    {
        float* lines = stackalloc float[Lines * MaximumDepth];
        for (int i = 0; i < width; i += Lines)
        {
            int some = Math.Clamp(count - i, 0, Lines);
            for (int line = 0; line < some; line++)
                matrix.Decode(index + i + line, start, depth, lines + line * MaximumDepth);
            if (some == Lines)
            {
                Turning.Four(lines, lines + MaximumDepth, lines + 2 * MaximumDepth, lines + 3 * MaximumDepth, width, depth, panel + i, ahead: 0);
                continue;
            }
            for (int line = 0; line < Math.Min(Lines, width - i); line++)
            {
                for (int k = 0; k < depth; k++)
                    panel[k * width + i + line] = line < some ? lines[line * MaximumDepth + k] : 0;
            }
        }
    }
}
