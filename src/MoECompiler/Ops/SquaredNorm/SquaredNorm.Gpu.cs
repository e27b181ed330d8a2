using ILGPU;

namespace MoECompiler.Ops;

public static partial class GpuKernels
{
    /// <summary>y = the sum of x^2 over the innermost extent: f32[..., N] gives f32[...].</summary>
    public static void SquaredNorm(GpuDevice gpu, View<float> x, View<float> y) => gpu.Launch(
        SquaredNormOfRow, gpu.PerRow(y.Count, x.Columns, flops: 2 * x.Count, bytes: 4 * (x.Count + y.Count)), gpu.Array(x), gpu.Array(y), x.Columns);

    private static void SquaredNormOfRow(ArrayView<float> x, ArrayView<float> y, int columns)
    {
        long row = (long)Grid.IdxX * columns;
        float sum = 0;
        for (int i = Group.IdxX; i < columns; i += Group.DimX)
            sum = Intrinsics.FusedMultiplyAdd(x[row + i], x[row + i], sum);
        sum = RowGroup.Sum(sum);
        if (Group.IdxX == 0)
            y[Grid.IdxX] = sum;
    }
}
