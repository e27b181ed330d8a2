namespace MoECompiler;

/// <summary>
/// Philox4x32-10, a counter-based generator: random words are a function of a key and a counter, so any of them can be drawn again, in
/// any order, on any device. Source: Salmon et al., Parallel Random Numbers: As Easy as 1, 2, 3, SC 2011.
/// </summary>
/// <remarks>
/// The key is <see cref="RandomState.Seed"/>, low word first. The counter's four words are index / 4, step, site and layer; a counter
/// gives four random words, and word <c>index % 4</c> of them belongs to element <c>index</c>. A site is a place that draws: a model
/// numbers its own from 0, negative ones are left to what is outside of it, such as initialization and shuffling. Index / 4 and the
/// step are below 2^32.
/// </remarks>
public static partial class Philox
{
    /// <summary>Those that a counter gives, so that elements are drawn as many at a time.</summary>
    internal const int Words = 4;

    private const uint Multiplier0 = 0xD2511F53;
    private const uint Multiplier1 = 0xCD9E8D57;
    private const uint Weyl0 = 0x9E3779B9;
    private const uint Weyl1 = 0xBB67AE85;
    private const int Rounds = 10;

    /// <summary>The four random words of a counter.</summary>
    public static (uint X, uint Y, uint Z, uint W) Block(uint x, uint y, uint z, uint w, ulong key)
    {
        (uint key0, uint key1) = ((uint)key, (uint)(key >> 32));
        for (int round = 0; round < Rounds; round++)
        {
            ulong product0 = (ulong)Multiplier0 * x;
            ulong product1 = (ulong)Multiplier1 * z;
            (x, y, z, w) = ((uint)(product1 >> 32) ^ y ^ key0, (uint)product1, (uint)(product0 >> 32) ^ w ^ key1, (uint)product0);
            key0 += Weyl0;
            key1 += Weyl1;
        }
        return (x, y, z, w);
    }

    /// <summary>The random word of element <paramref name="index"/>.</summary>
    public static uint Word(RandomState random, int site, long index)
    {
        (uint x, uint y, uint z, uint w) = Block(CounterOf(index), checked((uint)random.Step), (uint)site, (uint)random.Layer, random.Seed);
        return (index & 3) switch { 0 => x, 1 => y, 2 => z, _ => w };
    }

    /// <summary>The random words of the elements from <paramref name="first"/> on.</summary>
    public static unsafe void Fill(RandomState random, int site, long first, Span<uint> words)
    {
        fixed (uint* destination = words)
            Fill(random, site, first, destination, words.Length);
    }

    /// <inheritdoc cref="Fill(RandomState, int, long, Span{uint})"/>
    internal static unsafe void Fill(RandomState random, int site, long first, uint* words, int count)
    {
        int done = 0;
        for (; done < count && ((first + done) & 3) != 0; done++)
            words[done] = Word(random, site, first + done);
        uint counter = CounterOf(first + done);
        int blocks = (count - done) / 4;
        if (blocks > 0)
            _ = checked(counter + (uint)(blocks - 1));
        FillBlocks(new Counters(checked((uint)random.Step), (uint)site, (uint)random.Layer, random.Seed), counter, words + done, blocks);
        for (done += blocks * 4; done < count; done++)
            words[done] = Word(random, site, first + done);
    }

    private static uint CounterOf(long index) => checked((uint)(index >> 2));

    /// <summary>The key, and what counters of one call have in common.</summary>
    private readonly record struct Counters(uint Step, uint Site, uint Layer, ulong Key);
}
