namespace MoECompiler.Ops;

public static unsafe partial class Kernels
{
    /// <summary>y = random numbers; x only tells how many.</summary>
    public static void Noise(CpuDevice cpu, View<float> x, View<float> y, RandomState random, NoiseKind Kind, int Site)
    {
        int count = checked((int)y.Count);
        int chunks = (count + Distributions.Chunk - 1) / Distributions.Chunk;
        cpu.RunRows(new NoiseChunks(y.Pointer, count, random, Kind, Site), chunks, 8 * Distributions.Chunk);
    }

    private readonly struct NoiseChunks(float* y, int count, RandomState random, NoiseKind kind, int site) : IRowKernel
    {
        public void Run<V>(int first, int end) where V : unmanaged, ILanes<V>
        {
            for (int chunk = first; chunk < end; chunk++)
            {
                int start = chunk * Distributions.Chunk;
                Distributions.FillChunk<V>(kind, random, site, start, y + start, Math.Min(Distributions.Chunk, count - start));
            }
        }
    }
}
