namespace MoECompiler.Ops;

public static partial class GpuKernels
{
    /// <summary>y = x / (1 - rate), or 0 where the element's random number is below the rate.</summary>
    public static void Dropout(GpuDevice gpu, View<float> x, View<float> y, RandomState random, float Rate, int Site) => gpu.Launch(
        DropOfFour, gpu.PerElement((y.Count + 3) / 4, flops: y.Count, bytes: 8 * y.Count), gpu.Array(x), gpu.Array(y), new GpuPhilox(random, Site), Rate);

    private static void DropOfFour(ArrayView<float> x, ArrayView<float> y, GpuPhilox random, float rate)
    {
        uint block = GpuIndex.ShortElement;
        long first = 4L * block;
        if (first >= y.Length)
            return;
        (uint a, uint b, uint c, uint d) = random.Words(block);
        DropElement(x, y, first, a, rate);
        DropElement(x, y, first + 1, b, rate);
        DropElement(x, y, first + 2, c, rate);
        DropElement(x, y, first + 3, d, rate);
    }

    private static void DropElement(ArrayView<float> x, ArrayView<float> y, long i, uint word, float rate)
    {
        if (i < y.Length)
            y[i] = Distributions.Uniform(word) < rate ? 0 : x[i] / (1 - rate);
    }
}
