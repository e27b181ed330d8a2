using Xunit;

namespace MoECompiler.Tests;

public class PhiloxTests
{
    /// <summary>The known answers for philox4x32-10 that are published with Random123, in its file kat_vectors.</summary>
    [Theory]
    [InlineData("00000000 00000000 00000000 00000000", "00000000 00000000", "6627e8d5 e169c58d bc57ac4c 9b00dbd8")]
    [InlineData("ffffffff ffffffff ffffffff ffffffff", "ffffffff ffffffff", "408f276d 41c83b0e a20bc7c6 6d5451fd")]
    [InlineData("243f6a88 85a308d3 13198a2e 03707344", "a4093822 299f31d0", "d16cfe09 94fdcceb 5001e420 24126ea1")]
    public void Block_KnownCounters_GivesPublishedWords(string counter, string key, string expected)
    {
        uint[] c = Words(counter);
        uint[] k = Words(key);
        (uint x, uint y, uint z, uint w) = Philox.Block(c[0], c[1], c[2], c[3], k[0] | (ulong)k[1] << 32);
        Assert.Equal(Words(expected), new[] { x, y, z, w });
    }

    [Fact]
    public void Word_OfElement_IsOfTheCounterOfIndexStepSiteLayer()
    {
        RandomState random = new(0x0123456789abcdef, Step: 77, Layer: 3);
        (uint x, uint y, uint z, uint w) = Philox.Block(25, 77, unchecked((uint)-9), 3, random.Seed);
        Assert.Equal([x, y, z, w], Enumerable.Range(100, 4).Select(i => Philox.Word(random, -9, i)));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(0, 64)]
    [InlineData(1, 2)]
    [InlineData(3, 50)]
    [InlineData(6, 37)]
    [InlineData(4, 7)]
    [InlineData((1L << 34) - 40, 40)]
    public void Fill_AnyStretch_GivesTheWordOfEachElement(long first, int count)
    {
        RandomState random = new(ulong.MaxValue - 5, Step: uint.MaxValue, Layer: 2);
        uint[] words = new uint[count];
        Philox.Fill(random, 5, first, words);
        Assert.Equal(Enumerable.Range(0, count).Select(i => Philox.Word(random, 5, first + i)), words);
    }

    [Theory]
    [InlineData((1L << 34) - 16, 17, 0)]
    [InlineData(0, 16, 1L << 32)]
    public void Fill_PastTheCounter_Throws(long first, int count, long step) =>
        Assert.Throws<OverflowException>(() => Philox.Fill(new RandomState(1, step), 0, first, new uint[count]));

    private static uint[] Words(string text) => [.. text.Split(' ').Select(static word => Convert.ToUInt32(word, 16))];
}
