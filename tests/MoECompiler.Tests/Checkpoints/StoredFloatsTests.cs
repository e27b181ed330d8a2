using CsCheck;
using MoECompiler.Checkpoints;
using Xunit;

namespace MoECompiler.Tests.Checkpoints;

public unsafe class StoredFloatsTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Read_EveryF16_GivesItsValue(int misalignment)
    {
        float[] values = ReadAll(StoredType.F16, misalignment);
        for (int bits = 0; bits <= ushort.MaxValue; bits++)
            Assert.Equal((float)BitConverter.UInt16BitsToHalf((ushort)bits), values[bits]);
        Assert.Equal(1u << 31, BitConverter.SingleToUInt32Bits(values[0x8000]));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Read_EveryBF16_GivesTheUpperHalfOfAFloat(int misalignment)
    {
        float[] values = ReadAll(StoredType.BF16, misalignment);
        for (int bits = 0; bits <= ushort.MaxValue; bits++)
            Assert.Equal((uint)bits << 16, BitConverter.SingleToUInt32Bits(values[bits]));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(13)]
    public void Read_AnyCount_WritesThatManyElementsAndNoMore(int count)
    {
        byte[] source = new byte[count * 2];
        source.AsSpan().Fill(0x3C);
        foreach (StoredType type in (StoredType[])[StoredType.F16, StoredType.BF16])
        {
            float[] destination = new float[count + 1];
            destination[count] = 42;
            fixed (byte* from = source)
            fixed (float* to = destination)
                StoredFloats.Read(type, from, to, count);
            Assert.DoesNotContain(0f, destination[..count]);
            Assert.Equal(42, destination[count]);
        }
    }

    [Theory]
    [InlineData(StoredType.F16)]
    [InlineData(StoredType.BF16)]
    public void Write_WhatWasRead_GivesTheSameBits(StoredType type)
    {
        float[] values = ReadAll(type, 0);
        byte[] bytes = new byte[values.Length * 2];
        Assert.Equal(-1, StoredFloats.Write(type, values, bytes));
        for (int bits = 0; bits <= ushort.MaxValue; bits++)
        {
            ushort written = BitConverter.ToUInt16(bytes, bits * 2);
            Assert.True(written == bits || float.IsNaN(values[bits]), $"{bits:X4} became {written:X4}.");
        }
    }

    [Fact]
    public void Write_BF16_RoundsToTheNearestAndTiesToEven()
        => Gen.Single.Where(static value => Math.Abs(value) < 3e38f).Sample(static value =>
        {
            byte[] bytes = new byte[2];
            StoredFloats.Write(StoredType.BF16, [value], bytes);
            ushort written = BitConverter.ToUInt16(bytes);
            double error = Math.Abs((double)Value(written) - value);
            foreach (ushort neighbour in (ushort[])[(ushort)(written - 1), (ushort)(written + 1)])
            {
                double other = Math.Abs((double)Value(neighbour) - value);
                if (double.IsFinite(other) && (other < error || (other == error && (written & 1) == 1)))
                    return false;
            }
            return true;
        });

    [Theory]
    [InlineData(StoredType.F16, 65520f)]
    [InlineData(StoredType.F16, -1e30f)]
    [InlineData(StoredType.BF16, float.MaxValue)]
    public void Write_FiniteThatWouldBecomeInfinite_IsNamed(StoredType type, float value)
        => Assert.Equal(2, StoredFloats.Write(type, [1, float.PositiveInfinity, value, value], new byte[8]));

    private static float Value(ushort bits) => BitConverter.UInt32BitsToSingle((uint)bits << 16);

    private static float[] ReadAll(StoredType type, int misalignment)
    {
        byte[] source = new byte[misalignment + 65_536 * 2];
        for (int bits = 0; bits <= ushort.MaxValue; bits++)
            BitConverter.TryWriteBytes(source.AsSpan(misalignment + bits * 2), (ushort)bits);
        float[] values = new float[65_536];
        fixed (byte* from = source)
        fixed (float* to = values)
            StoredFloats.Read(type, from + misalignment, to, values.Length);
        return values;
    }
}
