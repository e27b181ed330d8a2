namespace MoECompiler.Ops;

public static unsafe partial class Kernels
{
    /// <summary>y = random numbers; x only tells how many.</summary>
    public static void Noise(CpuDevice cpu, View<float> x, View<float> y, RandomState random, NoiseKind Kind, int Site)
    {
        int count = checked((int)y.Count);
        int chunks = (count + Distributions.Chunk - 1) / Distributions.Chunk;
        Partition partition = Partition.Of(chunks, 8 * Distributions.Chunk);
        cpu.Team.RunWidest(new NoiseJob(y.Pointer, count, chunks, partition.Each, random, Kind, Site), partition.Tasks);
    }

    private readonly struct NoiseJob(float* y, int count, int chunks, int each, RandomState random, NoiseKind kind, int site) : ILaneJob
    {
        public void Run<V>(int task, int thread) where V : unmanaged, ILanes<V>
        {
            for (int chunk = task * each; chunk < Math.Min(chunks, (task + 1) * each); chunk++)
            {
                int start = chunk * Distributions.Chunk;
                Distributions.FillChunk<V>(kind, random, site, start, y + start, Math.Min(Distributions.Chunk, count - start));
            }
        }
    }
}
