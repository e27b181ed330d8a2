using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace MoECompiler.Ops;

/// <summary>Copies what a tile reads into panels: for each depth, the panel's indices side by side.</summary>
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
    public static void Pack(in Operand operand, long index, int count, int width, long start, int depth, float* panel)
    {
        if (operand.LinesAreDepth)
            CopyLines(operand, index, count, width, start, depth, panel);
        else
            TurnLines(operand, index, count, width, start, depth, panel);
    }

    private static void CopyLines(in Operand operand, long index, int count, int width, long start, int depth, float* panel)
    {
        for (int k = 0; k < depth; k++, panel += width)
        {
            float* line = operand[start + k] + index;
            for (int ahead = 0; ahead < count; ahead += Cache.LineFloats)
                Cache.Fetch(line + LinesAhead * operand.Stride + ahead);
            int i = 0;
            for (; i + 4 <= count; i += 4)
                Vector128.Load(line + i).Store(panel + i);
            for (; i < count; i++)
                panel[i] = line[i];
            for (; i < width; i++)
                panel[i] = 0;
        }
    }

    private static void TurnLines(in Operand operand, long index, int count, int width, long start, int depth, float* panel)
    {
        int i = 0;
        for (; i + 4 <= count; i += 4)
        {
            float* a = operand[index + i] + start;
            float* b = operand[index + i + 1] + start;
            float* c = operand[index + i + 2] + start;
            float* d = operand[index + i + 3] + start;
            TurnFour(a, b, c, d, width, depth, panel + i, 4 * operand.Stride);
        }
        for (; i < count; i++)
        {
            float* line = operand[index + i] + start;
            for (int k = 0; k < depth; k++)
                panel[k * width + i] = line[k];
        }
        for (; i < width; i++)
        {
            for (int k = 0; k < depth; k++)
                panel[k * width + i] = 0;
        }
    }

    /// <summary>Four lines become four columns, by blocks of 4 by 4; the lines <paramref name="ahead"/> of them are fetched meanwhile.</summary>
    private static void TurnFour(float* a, float* b, float* c, float* d, int width, int depth, float* panel, long ahead)
    {
        int k = 0;
        for (; k + 4 <= depth; k += 4)
        {
            if (k % Cache.LineFloats == 0)
            {
                Cache.Fetch(a + k + ahead);
                Cache.Fetch(b + k + ahead);
                Cache.Fetch(c + k + ahead);
                Cache.Fetch(d + k + ahead);
            }
            (Vector128<double> ab, Vector128<double> abHigh) = Interleave(Vector128.Load(a + k), Vector128.Load(b + k));
            (Vector128<double> cd, Vector128<double> cdHigh) = Interleave(Vector128.Load(c + k), Vector128.Load(d + k));
            (Vector128<float> first, Vector128<float> second) = Interleave(ab, cd);
            first.Store(panel);
            second.Store(panel + width);
            (first, second) = Interleave(abHigh, cdHigh);
            first.Store(panel + 2 * width);
            second.Store(panel + 3 * width);
            panel += 4 * width;
        }
        for (; k < depth; k++, panel += width)
            Vector128.Create(a[k], b[k], c[k], d[k]).Store(panel);
    }

    /// <summary>x0 y0 x1 y1 and x2 y2 x3 y3, each two floats as one double.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector128<double> Low, Vector128<double> High) Interleave(Vector128<float> x, Vector128<float> y)
    {
        if (Sse.IsSupported)
            return (Sse.UnpackLow(x, y).AsDouble(), Sse.UnpackHigh(x, y).AsDouble());
        if (AdvSimd.Arm64.IsSupported)
            return (AdvSimd.Arm64.ZipLow(x, y).AsDouble(), AdvSimd.Arm64.ZipHigh(x, y).AsDouble());
        return (Vector128.Create(x[0], y[0], x[1], y[1]).AsDouble(), Vector128.Create(x[2], y[2], x[3], y[3]).AsDouble());
    }

    /// <summary>x0 y0 and x1 y1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector128<float> Low, Vector128<float> High) Interleave(Vector128<double> x, Vector128<double> y)
    {
        if (Sse2.IsSupported)
            return (Sse2.UnpackLow(x, y).AsSingle(), Sse2.UnpackHigh(x, y).AsSingle());
        if (AdvSimd.Arm64.IsSupported)
            return (AdvSimd.Arm64.ZipLow(x, y).AsSingle(), AdvSimd.Arm64.ZipHigh(x, y).AsSingle());
        return (Vector128.Create(x[0], y[0]).AsSingle(), Vector128.Create(x[1], y[1]).AsSingle());
    }
}
