namespace MoECompiler.Data;

/// <summary>Orders of rows that are functions of a seed and an epoch alone, so that any of them can be made again.</summary>
internal static class RowOrder
{
    /// <summary>The site of <see cref="Philox"/> for the order of an epoch.</summary>
    public const int EpochSite = -1;

    /// <summary>The site of <see cref="Philox"/> for splits into training and test rows.</summary>
    public const int SplitSite = -2;

    private const int Chunk = 128;

    /// <summary>0, 1, 2, ...</summary>
    public static void Fill(Span<int> order)
    {
        for (int i = 0; i < order.Length; i++)
            order[i] = i;
    }

    /// <summary>The numbers from 0 to below the length, each once, in a random order.</summary>
    /// <remarks>
    /// Element i is exchanged with one of the elements from i on, chosen by the 64-bit number of words 2i and 2i + 1. Source: Durstenfeld,
    /// Algorithm 235, CACM 1964.
    /// </remarks>
    public static void Shuffle(Span<int> order, ulong seed, int site, long epoch)
    {
        Fill(order);
        RandomState random = new(seed, epoch);
        Span<uint> words = stackalloc uint[2 * Chunk];
        for (int i = 0; i < order.Length - 1; i++)
        {
            int at = 2 * (i % Chunk);
            if (at == 0)
                Philox.Fill(random, site, 2L * i, words);
            ulong number = (ulong)words[at + 1] << 32 | words[at];
            int other = i + (int)Math.BigMul(number, (ulong)(order.Length - i), out _);
            (order[i], order[other]) = (order[other], order[i]);
        }
    }
}
