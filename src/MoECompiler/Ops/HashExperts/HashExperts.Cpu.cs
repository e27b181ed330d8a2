namespace MoECompiler.Ops;

public static unsafe partial class Kernels
{
    /// <summary>Different experts for each id, the same wherever it comes; see <see cref="Ops.HashExperts"/>.</summary>
    /// <exception cref="ArgumentException">There are fewer experts than a token is to have.</exception>
    public static void HashExperts(CpuDevice cpu, View<int> ids, View<int> y, int Experts, ulong Seed)
    {
        DistinctExperts.Check(y.Columns, Experts);
        cpu.RunRows(new HashExpertsRows(ids.Pointer, y.Pointer, y.Columns, Experts, Seed), y.Rows, WorkOfDraw(y.Columns));
    }

    /// <summary>Different experts for each token, anew each step; x only tells how many tokens there are. See <see cref="Ops.RandomExperts"/>.</summary>
    /// <exception cref="ArgumentException">There are fewer experts than a token is to have.</exception>
    public static void RandomExperts(CpuDevice cpu, View<float> x, View<int> y, RandomState random, int Experts, int Site)
    {
        DistinctExperts.Check(y.Columns, Experts);
        cpu.RunRows(new RandomExpertsRows(y.Pointer, y.Columns, Experts, random, Site), y.Rows, WorkOfDraw(y.Columns));
    }

    private static long WorkOfDraw(int count) => 16L * count + (long)count * count;

    /// <summary>
    /// The expert that is number <paramref name="number"/> of those not yet drawn: the least that has so many before it, when those that were
    /// drawn are not counted.
    /// </summary>
    private static int NotYetDrawn(int* drawn, int count, int number)
    {
        int expert = number;
        while (true)
        {
            int next = number;
            for (int i = 0; i < count; i++)
                next += drawn[i] <= expert ? 1 : 0;
            if (next == expert)
                return expert;
            expert = next;
        }
    }

    private readonly struct HashExpertsRows(int* ids, int* y, int count, int experts, ulong seed) : IRowKernel
    {
        public void Run<V>(int first, int end) where V : unmanaged, ILanes<V>
        {
            uint* words = stackalloc uint[4];
            for (int token = first; token < end; token++)
            {
                int* drawn = y + (long)token * count;
                for (int slot = 0; slot < count; slot++)
                {
                    if (slot % 4 == 0)
                        (words[0], words[1], words[2], words[3]) = Philox.Block((uint)slot / 4, (uint)ids[token], DistinctExperts.HashSite, 0, seed);
                    drawn[slot] = NotYetDrawn(drawn, slot, DistinctExperts.Below(words[slot % 4], experts - slot));
                }
            }
        }
    }

    private readonly struct RandomExpertsRows(int* y, int count, int experts, RandomState random, int site) : IRowKernel
    {
        public void Run<V>(int first, int end) where V : unmanaged, ILanes<V>
        {
            for (int token = first; token < end; token++)
            {
                int* drawn = y + (long)token * count;
                for (int slot = 0; slot < count; slot++)
                    drawn[slot] = NotYetDrawn(drawn, slot, DistinctExperts.Below(Philox.Word(random, site, (long)token * count + slot), experts - slot));
            }
        }
    }
}
