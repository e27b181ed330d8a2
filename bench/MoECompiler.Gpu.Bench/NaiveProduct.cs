using ILGPU;

namespace MoECompiler.Gpu.Bench;

/// <summary>The product as one would first write it: a thread an output, which goes along a row of each operand.</summary>
internal static class NaiveProduct
{
    /// <summary>y f32[Rows, Columns] = x f32[Rows, Depth] times weights f32[Columns, Depth] transposed.</summary>
    public static void Run(GpuDevice gpu, View<float> x, View<float> weights, View<float> y) => gpu.Launch(
        Output, Work.PerElement(y.Count, gpu.Traits.ElementGroup, 2 * y.Count * x.Columns), gpu.Array(x), gpu.Array(weights), gpu.Array(y), y.Columns, x.Columns);

    private static void Output(ArrayView<float> x, ArrayView<float> weights, ArrayView<float> y, int columns, int depth)
    {
        long i = GpuIndex.Element;
        if (i >= y.Length)
            return;
        long left = i / columns * depth, right = i % columns * depth;
        float sum = 0;
        for (int k = 0; k < depth; k++)
            sum += x[left + k] * weights[right + k];
        y[i] = sum;
    }
}
