namespace MoECompiler.Ops;

public static partial class GpuKernels
{
    /// <inheritdoc cref="Kernels.GatedRecurrence"/>
    public static void GatedRecurrence(GpuDevice gpu, View<float> x, View<float> weight, View<float> y) => gpu.Launch(
        GatedSequence,
        gpu.PerRow(y.Extents[0], y.Columns, flops: 6 * y.Count * y.Columns, bytes: 4 * (x.Count + weight.Count + y.Count)),
        gpu.Array(x), gpu.Array(weight), gpu.Array(y), y.Extents[1], y.Columns);

    /// <inheritdoc cref="Kernels.GatedRecurrenceGradient"/>
    public static void GatedRecurrenceGradient(GpuDevice gpu, View<float> dy, View<float> keep, View<float> factors, View<float> back, View<float> y) => gpu.Launch(
        GatedSequenceBack,
        gpu.PerRow(y.Extents[0], y.Columns, flops: 6 * y.Count * y.Columns, bytes: 4 * (3 * y.Count + factors.Count + back.Count)),
        gpu.Array(dy), gpu.Array(keep), gpu.Array(factors), gpu.Array(back), gpu.Array(y), y.Extents[1], y.Columns);

    /// <summary>A group takes a sequence, its threads the columns of a state; the next state waits until all have written.</summary>
    private static void GatedSequence(ArrayView<float> x, ArrayView<float> weight, ArrayView<float> y, int length, int width)
    {
        for (int step = 0; step < length; step++)
        {
            long state = ((long)Grid.IdxX * length + step) * width;
            long before = state - width;
            for (int i = Group.IdxX; i < width; i += Group.DimX)
            {
                float reset = 0, update = 0, candidate = 0, last = 0;
                if (step > 0)
                {
                    for (int k = 0; k < width; k++)
                    {
                        float factor = y[before + k];
                        long at = 3L * k * width + i;
                        reset += factor * weight[at];
                        update += factor * weight[at + width];
                        candidate += factor * weight[at + 2L * width];
                    }
                    last = y[before + i];
                }
                long known = 3 * state + i;
                float r = GpuMath.Sigmoid(x[known] + reset), z = GpuMath.Sigmoid(x[known + width] + update);
                float n = GpuMath.Tanh(x[known + 2L * width] + r * candidate);
                y[state + i] = n + z * (last - n);
            }
            Intrinsics.Barrier();
        }
    }

    private static void GatedSequenceBack(
        ArrayView<float> dy, ArrayView<float> keep, ArrayView<float> factors, ArrayView<float> back, ArrayView<float> y, int length, int width)
    {
        long third = (long)width * width;
        for (int step = length - 1; step >= 0; step--)
        {
            long gradient = ((long)Grid.IdxX * length + step) * width;
            long after = gradient + width;
            for (int k = Group.IdxX; k < width; k += Group.DimX)
            {
                float sum = dy[gradient + k];
                if (step < length - 1)
                {
                    sum += keep[after + k] * y[after + k];
                    for (int i = 0; i < width; i++)
                    {
                        long factor = 3 * after + i, at = (long)i * width + k;
                        float slope = factors[factor] * back[at] + factors[factor + width] * back[at + third] + factors[factor + 2L * width] * back[at + 2 * third];
                        sum += y[after + i] * slope;
                    }
                }
                y[gradient + k] = sum;
            }
            Intrinsics.Barrier();
        }
    }
}
