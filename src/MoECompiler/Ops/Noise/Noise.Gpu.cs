namespace MoECompiler.Ops;

public static partial class GpuKernels
{
    /// <summary>y = random numbers; x only tells how many.</summary>
    public static void Noise(GpuDevice gpu, View<float> x, View<float> y, RandomState random, NoiseKind Kind, int Site)
    {
        Work work = gpu.PerElement((y.Count + 3) / 4, bytes: 4 * y.Count);
        GpuPhilox words = new(random, Site);
        switch (Kind)
        {
            case NoiseKind.Uniform: gpu.Launch(FourUniform, work, gpu.Array(y), words); break;
            case NoiseKind.Gumbel: gpu.Launch(FourGumbel, work, gpu.Array(y), words); break;
            default: gpu.Launch(FourNormal, work, gpu.Array(y), words); break;
        }
    }

    private static void FourUniform(ArrayView<float> y, GpuPhilox random)
    {
        (uint a, uint b, uint c, uint d) = random.Words(GpuIndex.ShortElement);
        WriteFour(y, Distributions.Uniform(a), Distributions.Uniform(b), Distributions.Uniform(c), Distributions.Uniform(d));
    }

    private static void FourGumbel(ArrayView<float> y, GpuPhilox random)
    {
        (uint a, uint b, uint c, uint d) = random.Words(GpuIndex.ShortElement);
        WriteFour(y, Gumbel(a), Gumbel(b), Gumbel(c), Gumbel(d));
    }

    private static void FourNormal(ArrayView<float> y, GpuPhilox random)
    {
        (uint a, uint b, uint c, uint d) = random.Words(GpuIndex.ShortElement);
        Normal(a, b, out float first, out float second);
        Normal(c, d, out float third, out float fourth);
        WriteFour(y, first, second, third, fourth);
    }

    private static float Gumbel(uint word) => -GpuMath.Log(-GpuMath.Log(Distributions.OpenUniform(word)));

    /// <summary>Box and Muller's pair; see <see cref="Distributions.FillNormal"/>.</summary>
    internal static void Normal(uint first, uint second, out float cosine, out float sine)
    {
        float radius = GpuMath.Sqrt(-2 * GpuMath.Log(Distributions.OpenUniform(first)));
        Distributions.CosineAndSine(new ScalarLane(Distributions.Uniform(second)), out ScalarLane x, out ScalarLane y);
        cosine = radius * x.Value;
        sine = radius * y.Value;
    }

    /// <summary>The four elements of this thread, as far as there are.</summary>
    private static void WriteFour(ArrayView<float> y, float a, float b, float c, float d)
    {
        long first = 4L * GpuIndex.ShortElement;
        if (first < y.Length)
            y[first] = a;
        if (first + 1 < y.Length)
            y[first + 1] = b;
        if (first + 2 < y.Length)
            y[first + 2] = c;
        if (first + 3 < y.Length)
            y[first + 3] = d;
    }
}
