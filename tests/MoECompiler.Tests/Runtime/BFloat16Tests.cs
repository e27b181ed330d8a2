using CsCheck;
using Xunit;

namespace MoECompiler.Tests.Runtime;

public class BFloat16Tests
{
    [Fact]
    public void ToFloat_IsTheUpperHalf_AndBackIsItself()
    {
        for (int bits = 0; bits <= ushort.MaxValue; bits++)
        {
            BFloat16 value = BFloat16.FromBits((ushort)bits);
            float wide = (float)value;
            Assert.Equal((uint)bits << 16, BitConverter.SingleToUInt32Bits(wide));
            BFloat16 back = (BFloat16)wide;
            if (float.IsNaN(wide))
                Assert.True(float.IsNaN((float)back) && float.IsNegative((float)back) == float.IsNegative(wide));
            else
                Assert.Equal(value, back);
        }
    }

    /// <summary>No other bfloat16 is nearer; of two as near, the one with an even last bit.</summary>
    [Fact]
    public void FromFloat_IsTheNearest()
    {
        Gen.Single.Where(static x => float.IsFinite(x) && MathF.Abs(x) < 3e38f).Sample(static x =>
        {
            BFloat16 rounded = (BFloat16)x;
            double error = Math.Abs((double)(float)rounded - x);
            foreach (int step in (ReadOnlySpan<int>)[-1, 1])
            {
                double other = Math.Abs((double)(float)BFloat16.FromBits((ushort)(rounded.ToBits() + step)) - x);
                if (double.IsFinite(other) && (other < error || other == error && rounded.ToBits() % 2 == 1 && error > 0))
                    return false;
            }
            return true;
        });
    }

    [Theory]
    [InlineData(1.00390625f, 1f)]
    [InlineData(1.01171875f, 1.015625f)]
    [InlineData(3.4e38f, float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity, float.NegativeInfinity)]
    public void FromFloat_RoundsTiesToEven(float value, float expected) => Assert.Equal(expected, (float)(BFloat16)value);
}
