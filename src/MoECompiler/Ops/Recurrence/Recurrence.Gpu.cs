namespace MoECompiler.Ops;

public static partial class GpuKernels
{
    /// <inheritdoc cref="Kernels.Recurrence"/>
    public static void Recurrence(GpuDevice gpu, View<float> x, View<float> decay, View<float> y, bool Reverse)
    {
        int length = y.Extents[1];
        gpu.Launch(
            RecurrenceOfColumn, gpu.PerElement((long)y.Extents[0] * y.Columns, flops: 2 * y.Count, bytes: 8 * y.Count),
            gpu.Array(x), gpu.Array(decay), gpu.Array(y), length, (uint)y.Columns, (long)y.Extents[0] * y.Columns, Reverse ? 1 : 0);
    }

    /// <summary>A thread takes one column of one sequence and keeps its state.</summary>
    private static void RecurrenceOfColumn(
        ArrayView<float> x, ArrayView<float> decay, ArrayView<float> y, int length, uint columns, long states, int isReverse)
    {
        uint index = GpuIndex.ShortElement;
        if (index >= states)
            return;
        uint column = index % columns;
        long stride = isReverse != 0 ? -(long)columns : columns;
        long at = (long)(index / columns) * length * columns + column + (isReverse != 0 ? (long)(length - 1) * columns : 0);
        float factor = decay[(int)column], state = 0;
        for (int step = 0; step < length; step++)
        {
            state = factor * state + x[at];
            y[at] = state;
            at += stride;
        }
    }
}
