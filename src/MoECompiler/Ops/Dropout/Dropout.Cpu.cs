namespace MoECompiler.Ops;

public static unsafe partial class Kernels
{
    /// <summary>y = x / (1 - rate), or 0 where the element's random number is below the rate.</summary>
    public static void Dropout(CpuDevice cpu, View<float> x, View<float> y, RandomState random, float Rate, int Site)
    {
        int count = checked((int)y.Count);
        int chunks = (count + Distributions.Chunk - 1) / Distributions.Chunk;
        cpu.RunRows(new DropoutChunks(x.Pointer, y.Pointer, count, random, Rate, Site), chunks, 4 * Distributions.Chunk);
    }

    private readonly struct DropoutChunks(float* x, float* y, int count, RandomState random, float rate, int site) : IRowKernel
    {
        public void Run<V>(int first, int end) where V : unmanaged, ILanes<V>
        {
            uint* words = stackalloc uint[Distributions.Chunk];
            float* uniform = (float*)words;
            (V threshold, V keep) = (V.Of(rate), V.Of(1 - rate));
            for (int chunk = first; chunk < end; chunk++)
            {
                int start = chunk * Distributions.Chunk;
                int length = Math.Min(Distributions.Chunk, count - start);
                Philox.Fill(random, site, start, words, length);
                Distributions.ToUniform(words, uniform);
                int i = 0;
                for (; i + V.Count <= length; i += V.Count)
                    V.SelectGreater(threshold, V.Load(uniform + i), V.Zero, V.Load(x + start + i) / keep).Store(y + start + i);
                if (i == length)
                    continue;
                V rest = V.SelectGreater(threshold, V.Load(uniform + i), V.Zero, Part.Load<V>(x + start + i, length - i, 0) / keep);
                Part.Store(rest, y + start + i, length - i);
            }
        }
    }
}
