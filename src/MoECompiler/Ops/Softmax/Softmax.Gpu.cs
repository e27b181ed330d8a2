namespace MoECompiler.Ops;

public static partial class GpuKernels
{
    public static void Softmax(GpuDevice gpu, View<float> x, View<float> y) => gpu.Launch(
        SoftmaxRow, Work.PerRow(x.Rows, gpu.Traits.RowGroup, flops: 5 * x.Count, bytes: 8 * x.Count), gpu.Array(x), gpu.Array(y), x.Columns);

    public static void SoftmaxGradient(GpuDevice gpu, View<float> y, View<float> dy, View<float> dx) => gpu.Launch(
        SoftmaxGradientRow, Work.PerRow(y.Rows, gpu.Traits.RowGroup, flops: 4 * y.Count, bytes: 12 * y.Count),
        gpu.Array(y), gpu.Array(dy), gpu.Array(dx), y.Columns);

    private static void SoftmaxRow(ArrayView<float> x, ArrayView<float> y, int columns)
    {
        long row = (long)Grid.IdxX * columns;
        float greatest = float.NegativeInfinity;
        for (int i = Group.IdxX; i < columns; i += Group.DimX)
            greatest = GpuMath.Max(greatest, x[row + i]);
        greatest = RowGroup.Max(greatest);

        float sum = 0;
        for (int i = Group.IdxX; i < columns; i += Group.DimX)
        {
            float e = GpuMath.Exp(x[row + i] - greatest);
            y[row + i] = e;
            sum += e;
        }
        sum = RowGroup.Sum(sum);
        for (int i = Group.IdxX; i < columns; i += Group.DimX)
            y[row + i] /= sum;
    }

    private static void SoftmaxGradientRow(ArrayView<float> y, ArrayView<float> dy, ArrayView<float> dx, int columns)
    {
        long row = (long)Grid.IdxX * columns;
        float product = 0;
        for (int i = Group.IdxX; i < columns; i += Group.DimX)
            product += y[row + i] * dy[row + i];
        product = RowGroup.Sum(product);
        for (int i = Group.IdxX; i < columns; i += Group.DimX)
            dx[row + i] = y[row + i] * (dy[row + i] - product);
    }
}
