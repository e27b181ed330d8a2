using System.Runtime.CompilerServices;
using CsCheck;
using Xunit;

namespace MoECompiler.Tests.Runtime;

/// <summary>Numbers of 16 bits as kernels load and store them.</summary>
public unsafe class StoredTests
{
    /// <summary>Every float that a half or a bfloat16 can be, and floats near to them and halfway between.</summary>
    private static readonly float[] s_floats =
    [
        .. from bits in Enumerable.Range(0, ushort.MaxValue + 1)
           from x in (float[])[(float)BitConverter.UInt16BitsToHalf((ushort)bits), (float)BFloat16.FromBits((ushort)bits)]
           from step in (int[])[-1, 0, 1, 0x0FFF, 0x1000, 0x1001, 0x7FFF, 0x8000, 0x8001]
           select BitConverter.Int32BitsToSingle(BitConverter.SingleToInt32Bits(x) + step),
    ];

    [Fact]
    public void Widen_IsTheNumber()
    {
        ushort[] all = [.. Enumerable.Range(0, ushort.MaxValue + 1).Select(static i => (ushort)i)];
        float[] wide = new float[all.Length];
        fixed (ushort* from = all)
        fixed (float* to = wide)
        {
            Stored.Widen((Half*)from, to, all.Length);
            for (int i = 0; i < all.Length; i++)
                Assert.Equal((float)BitConverter.UInt16BitsToHalf(all[i]), wide[i]);
            Stored.Widen((BFloat16*)from, to, all.Length);
            for (int i = 0; i < all.Length; i++)
                Assert.Equal((float)BFloat16.FromBits(all[i]), wide[i]);
        }
    }

    [Fact]
    public void Round_IsTheNearest_TiesToEven()
    {
        ushort[] rounded = new ushort[s_floats.Length];
        fixed (float* from = s_floats)
        fixed (ushort* to = rounded)
        {
            Stored.Round(from, (Half*)to, s_floats.Length);
            for (int i = 0; i < s_floats.Length; i++)
                Same((Half)s_floats[i], BitConverter.UInt16BitsToHalf(rounded[i]));
            Stored.Round(from, (BFloat16*)to, s_floats.Length);
            for (int i = 0; i < s_floats.Length; i++)
                Assert.Equal((BFloat16)s_floats[i], BFloat16.FromBits(rounded[i]));
        }
    }

    [Fact]
    public void LoadAndStore_GiveTheSameBitsForAnyNumberOfLanes() => Gen.Int[0, s_floats.Length - 16].Sample(static at =>
    {
        LanesAgree<Half>(at);
        LanesAgree<BFloat16>(at);
        LanesAgree<float>(at);
    });

    private static void LanesAgree<T>(int at) where T : unmanaged
    {
        byte[] one = Through<Lanes1, T>(at);
        Assert.Equal(one, Through<Lanes4, T>(at));
        Assert.Equal(one, Through<Lanes8, T>(at));
        Assert.Equal(one, Through<Lanes16, T>(at));
        Assert.Equal(one, Through<Pair<Lanes4>, T>(at));
        Assert.Equal(one, Through<Pair<Lanes8>, T>(at));
    }

    /// <summary>Sixteen floats stored, and those loaded again.</summary>
    private static byte[] Through<V, T>(int at) where V : unmanaged, ILanes<V> where T : unmanaged
    {
        T* stored = stackalloc T[16];
        float* loaded = stackalloc float[16];
        fixed (float* from = &s_floats[at])
        {
            for (int i = 0; i < 16; i += V.Count)
                Stored.Store(V.Load(from + i), stored + i);
            for (int i = 0; i < 16; i += V.Count)
                Stored.Load<V, T>(stored + i).Store(loaded + i);
        }
        return [.. new ReadOnlySpan<byte>(stored, 16 * Unsafe.SizeOf<T>()), .. new ReadOnlySpan<byte>(loaded, 16 * sizeof(float))];
    }

    private static void Same(Half expected, Half actual)
    {
        if (Half.IsNaN(expected))
            Assert.True(Half.IsNaN(actual) && Half.IsNegative(actual) == Half.IsNegative(expected));
        else
            Assert.Equal(BitConverter.HalfToUInt16Bits(expected), BitConverter.HalfToUInt16Bits(actual));
    }
}
