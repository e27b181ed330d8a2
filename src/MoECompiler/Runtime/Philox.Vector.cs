using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MoECompiler;

public static unsafe partial class Philox
{
    /// <summary>The words of <paramref name="blocks"/> counters in a row.</summary>
    private static void FillBlocks(Counters counters, uint counter, uint* words, int blocks)
    {
        int block = 0;
        if (Avx2.IsSupported)
        {
            for (; block + 4 <= blocks; block += 4)
                FillFour(counters, counter + (uint)block, words + 4 * block);
        }
        for (; block < blocks; block++)
        {
            (words[4 * block], words[4 * block + 1], words[4 * block + 2], words[4 * block + 3]) =
                Block(counter + (uint)block, counters.Step, counters.Site, counters.Layer, counters.Key);
        }
    }

    /// <summary>
    /// Four counters side by side, each word in the low half of 64 bits, where the products of two words fit. The high halves hold what
    /// falls there: neither a product nor the result reads them. The order of the counters is the one that unpacking undoes.
    /// </summary>
    private static void FillFour(Counters counters, uint counter, uint* words)
    {
        Vector256<uint> multiplier0 = Vector256.Create((ulong)Multiplier0).AsUInt32();
        Vector256<uint> multiplier1 = Vector256.Create((ulong)Multiplier1).AsUInt32();
        (uint key0, uint key1) = ((uint)counters.Key, (uint)(counters.Key >> 32));
        Vector256<ulong> x = Vector256.Create(counter, counter + 2ul, counter + 1ul, counter + 3ul);
        Vector256<ulong> y = Vector256.Create((ulong)counters.Step);
        Vector256<ulong> z = Vector256.Create((ulong)counters.Site);
        Vector256<ulong> w = Vector256.Create((ulong)counters.Layer);
        for (int round = 0; round < Rounds; round++)
        {
            Vector256<ulong> product0 = Avx2.Multiply(multiplier0, x.AsUInt32());
            Vector256<ulong> product1 = Avx2.Multiply(multiplier1, z.AsUInt32());
            x = (product1 >> 32) ^ y ^ Vector256.Create((ulong)key0);
            z = (product0 >> 32) ^ w ^ Vector256.Create((ulong)key1);
            y = product1;
            w = product0;
            key0 += Weyl0;
            key1 += Weyl1;
        }
        Vector256<ulong> low = Vector256.Create(0xFFFFFFFFul);
        Vector256<ulong> xy = (x & low) | (y << 32);
        Vector256<ulong> zw = (z & low) | (w << 32);
        Avx2.UnpackLow(xy, zw).Store((ulong*)words);
        Avx2.UnpackHigh(xy, zw).Store((ulong*)words + 4);
    }
}
