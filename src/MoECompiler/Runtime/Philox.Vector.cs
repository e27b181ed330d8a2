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
            ulong* keys = stackalloc ulong[2 * Rounds];
            (uint key0, uint key1) = ((uint)counters.Key, (uint)(counters.Key >> 32));
            for (int round = 0; round < Rounds; round++, key0 += Weyl0, key1 += Weyl1)
                (keys[2 * round], keys[2 * round + 1]) = (key0, key1);
            if (Avx512F.IsSupported)
            {
                for (; block + 16 <= blocks; block += 16)
                    FillSixteen(counters, keys, counter + (uint)block, words + 4 * block);
            }
            for (; block + 8 <= blocks; block += 8)
                FillEight(counters, keys, counter + (uint)block, words + 4 * block);
        }
        for (; block < blocks; block++)
        {
            (words[4 * block], words[4 * block + 1], words[4 * block + 2], words[4 * block + 3]) =
                Block(counter + (uint)block, counters.Step, counters.Site, counters.Layer, counters.Key);
        }
    }

    /// <summary>
    /// Twice four counters side by side, as one four would wait for its own products. Each word is in the low half of 64 bits, where the
    /// products of two words fit; the high halves hold what falls there, and neither a product nor the result reads them.
    /// </summary>
    private static void FillEight(Counters counters, ulong* keys, uint counter, uint* words)
    {
        Vector256<uint> multiplier0 = Vector256.Create((ulong)Multiplier0).AsUInt32();
        Vector256<uint> multiplier1 = Vector256.Create((ulong)Multiplier1).AsUInt32();

        // The order of the counters is the one that unpacking undoes.
        Vector256<ulong> x = Vector256.Create(counter, counter + 2ul, counter + 1ul, counter + 3ul);
        Vector256<ulong> y = Vector256.Create((ulong)counters.Step);
        Vector256<ulong> z = Vector256.Create((ulong)counters.Site);
        Vector256<ulong> w = Vector256.Create((ulong)counters.Layer);
        Vector256<ulong> x2 = x + Vector256.Create(4ul), y2 = y, z2 = z, w2 = w;
        for (int round = 0; round < Rounds; round++)
        {
            Vector256<ulong> key0 = Vector256.Create(keys[2 * round]);
            Vector256<ulong> key1 = Vector256.Create(keys[2 * round + 1]);
            Vector256<ulong> product0 = Avx2.Multiply(multiplier0, x.AsUInt32());
            Vector256<ulong> product1 = Avx2.Multiply(multiplier1, z.AsUInt32());
            x = (product1 >> 32) ^ y ^ key0;
            z = (product0 >> 32) ^ w ^ key1;
            (y, w) = (product1, product0);
            product0 = Avx2.Multiply(multiplier0, x2.AsUInt32());
            product1 = Avx2.Multiply(multiplier1, z2.AsUInt32());
            x2 = (product1 >> 32) ^ y2 ^ key0;
            z2 = (product0 >> 32) ^ w2 ^ key1;
            (y2, w2) = (product1, product0);
        }
        Store(x, y, z, w, words);
        Store(x2, y2, z2, w2, words + 16);
    }

    /// <summary>Twice eight counters, as <see cref="FillEight"/> has twice four.</summary>
    private static void FillSixteen(Counters counters, ulong* keys, uint counter, uint* words)
    {
        Vector512<uint> multiplier0 = Vector512.Create((ulong)Multiplier0).AsUInt32();
        Vector512<uint> multiplier1 = Vector512.Create((ulong)Multiplier1).AsUInt32();
        Vector512<ulong> x = Vector512.Create(counter, counter + 4ul, counter + 1ul, counter + 5ul, counter + 2ul, counter + 6ul, counter + 3ul, counter + 7ul);
        Vector512<ulong> y = Vector512.Create((ulong)counters.Step);
        Vector512<ulong> z = Vector512.Create((ulong)counters.Site);
        Vector512<ulong> w = Vector512.Create((ulong)counters.Layer);
        Vector512<ulong> x2 = x + Vector512.Create(8ul), y2 = y, z2 = z, w2 = w;
        for (int round = 0; round < Rounds; round++)
        {
            Vector512<ulong> key0 = Vector512.Create(keys[2 * round]);
            Vector512<ulong> key1 = Vector512.Create(keys[2 * round + 1]);
            Vector512<ulong> product0 = Avx512F.Multiply(multiplier0, x.AsUInt32());
            Vector512<ulong> product1 = Avx512F.Multiply(multiplier1, z.AsUInt32());
            x = (product1 >> 32) ^ y ^ key0;
            z = (product0 >> 32) ^ w ^ key1;
            (y, w) = (product1, product0);
            product0 = Avx512F.Multiply(multiplier0, x2.AsUInt32());
            product1 = Avx512F.Multiply(multiplier1, z2.AsUInt32());
            x2 = (product1 >> 32) ^ y2 ^ key0;
            z2 = (product0 >> 32) ^ w2 ^ key1;
            (y2, w2) = (product1, product0);
        }
        Store(x, y, z, w, words);
        Store(x2, y2, z2, w2, words + 32);
    }

    /// <summary>Writes the words of eight counters, one counter after the other.</summary>
    private static void Store(Vector512<ulong> x, Vector512<ulong> y, Vector512<ulong> z, Vector512<ulong> w, uint* words)
    {
        Vector512<ulong> low = Vector512.Create(0xFFFFFFFFul);
        Vector512<ulong> xy = (x & low) | (y << 32);
        Vector512<ulong> zw = (z & low) | (w << 32);
        Avx512F.UnpackLow(xy, zw).Store((ulong*)words);
        Avx512F.UnpackHigh(xy, zw).Store((ulong*)words + 8);
    }

    /// <summary>Writes the words of four counters, one counter after the other.</summary>
    private static void Store(Vector256<ulong> x, Vector256<ulong> y, Vector256<ulong> z, Vector256<ulong> w, uint* words)
    {
        Vector256<ulong> low = Vector256.Create(0xFFFFFFFFul);
        Vector256<ulong> xy = (x & low) | (y << 32);
        Vector256<ulong> zw = (z & low) | (w << 32);
        Avx2.UnpackLow(xy, zw).Store((ulong*)words);
        Avx2.UnpackHigh(xy, zw).Store((ulong*)words + 4);
    }
}
