namespace MoECompiler.Ops;

public static unsafe partial class Kernels
{
    /// <summary>y = the indices of one axis of x from <paramref name="Start"/>, as many as y has.</summary>
    /// <exception cref="ArgumentException">They go past the axis.</exception>
    public static void Slice(CpuDevice cpu, View<float> x, View<float> y, int Axis, int Start)
    {
        CheckWithin(Start, y.Extents[Axis], x.Extents[Axis]);
        (int outer, long from, long to) = (Outer(x, Axis), Inner(x, Axis), Inner(y, Axis));
        long first = Start * Inner(x, Axis + 1);
        cpu.RunRows(new RowCopies(x.Pointer + first, from, y.Pointer, to, to), outer, 2 * to);
    }

    /// <summary>y = 0, and x at the indices of one axis from <paramref name="Start"/>.</summary>
    /// <exception cref="ArgumentException">They go past the axis.</exception>
    public static void Pad(CpuDevice cpu, View<float> x, View<float> y, int Axis, int Start)
    {
        CheckWithin(Start, x.Extents[Axis], y.Extents[Axis]);
        (int outer, long from, long to) = (Outer(x, Axis), Inner(x, Axis), Inner(y, Axis));
        cpu.RunRows(new PaddedRows(x.Pointer, from, y.Pointer, to, Start * Inner(y, Axis + 1)), outer, to + from);
    }

    /// <summary>y = a, then b, along one axis.</summary>
    public static void Concat(CpuDevice cpu, View<float> a, View<float> b, View<float> y, int Axis)
    {
        (int outer, long first, long second) = (Outer(a, Axis), Inner(a, Axis), Inner(b, Axis));
        cpu.RunRows(new RowCopies(a.Pointer, first, y.Pointer, first + second, first), outer, 2 * first);
        cpu.RunRows(new RowCopies(b.Pointer, second, y.Pointer + first, first + second, second), outer, 2 * second);
    }

    /// <summary>The product of the extents outside an axis.</summary>
    private static int Outer(View<float> x, int axis)
    {
        int outer = 1;
        for (int i = 0; i < axis; i++)
            outer = checked(outer * x.Extents[i]);
        return outer;
    }

    /// <summary>The product of the extents from an axis on.</summary>
    private static long Inner(View<float> x, int axis)
    {
        long inner = 1;
        for (int i = axis; i < x.Rank; i++)
            inner *= x.Extents[i];
        return inner;
    }

    private static void CheckWithin(int start, int count, int extent)
    {
        if (start < 0 || start > extent - count)
            throw new ArgumentException($"Indices {start} to {start + count} of an axis of {extent}.");
    }

    private static void Copy(float* from, float* to, long count) =>
        System.Buffer.MemoryCopy(from, to, count * sizeof(float), count * sizeof(float));

    private readonly struct RowCopies(float* x, long fromStride, float* y, long toStride, long count) : IRowKernel
    {
        public void Run<V>(int first, int end) where V : unmanaged, ILanes<V>
        {
            for (int row = first; row < end; row++)
                Copy(x + row * fromStride, y + row * toStride, count);
        }
    }

    private readonly struct PaddedRows(float* x, long count, float* y, long extent, long start) : IRowKernel
    {
        public void Run<V>(int first, int end) where V : unmanaged, ILanes<V>
        {
            for (int row = first; row < end; row++)
            {
                float* to = y + row * extent;
                new Span<float>(to, (int)start).Clear();
                Copy(x + row * count, to + start, count);
                new Span<float>(to + start + count, (int)(extent - start - count)).Clear();
            }
        }
    }
}
