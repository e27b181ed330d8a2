using ILGPU;
using ILGPU.Runtime;
using Xunit;
using Half = System.Half;

namespace MoECompiler.Gpu.Tests.Devices;

/// <summary>The conversions of 16-bit floats on the device, against .NET's <see cref="Half"/> and against <see cref="BFloat16"/>.</summary>
public class NarrowFloatTests
{
    private const int Patterns = 1 << 16;

    private static GpuDevice Gpu => TestDevice.Instance;

    private static Work OneGroup => Work.PerElement(1, Gpu.Traits.ElementGroup);

    [Fact]
    public void Widen_EachPattern_IsExact()
    {
        AssertSame([.. Enumerable.Range(0, Patterns).Select(static i => (float)BitConverter.UInt16BitsToHalf((ushort)i))], Widened(WidenEach<F16>));
        AssertSame([.. Enumerable.Range(0, Patterns).Select(static i => (float)BFloat16.FromBits((ushort)i))], Widened(WidenEach<BF16>));
    }

    /// <summary>Each number that 16 bits have, the middle between it and the next, and what is next to that on either side.</summary>
    [Fact]
    public void Narrow_NumbersTiesAndTheirNeighbours_AreRoundedToNearestEven()
    {
        AssertRounded<F16>(static x => BitConverter.HalfToUInt16Bits((Half)x), static bits => (float)BitConverter.UInt16BitsToHalf(bits), nan: 0x7C00);
        AssertRounded<BF16>(static x => ((BFloat16)x).ToBits(), static bits => (float)BFloat16.FromBits(bits), nan: 0x7F80);
    }

    private static float[] Widened(Action<ArrayView<float>> kernel)
    {
        using Buffer buffer = Gpu.Allocate(Patterns * sizeof(float));
        View<float> y = buffer.View<float>(new Extents(Patterns));
        Gpu.Launch(kernel, OneGroup, Gpu.Array(y));
        return y.ToArray();
    }

    private static void AssertSame(float[] expected, float[] actual)
    {
        for (int i = 0; i < Patterns; i++)
        {
            Assert.True(
                BitConverter.SingleToInt32Bits(expected[i]) == BitConverter.SingleToInt32Bits(actual[i]) || (float.IsNaN(expected[i]) && float.IsNaN(actual[i])),
                $"0x{i:X4} is {actual[i]:R}, not {expected[i]:R}");
        }
    }

    private static void AssertRounded<T>(Func<float, ushort> expected, Func<ushort, float> value, int nan) where T : struct, INarrowFloat
    {
        List<float> all = [float.NaN, -float.NaN, float.MaxValue, float.MinValue, 65519.996f, 65520f, -65520f, MathF.ScaleB(1, -25), MathF.ScaleB(1.0001f, -25)];
        for (int i = 0; i < nan; i++)
        {
            float here = value((ushort)i), next = value((ushort)(i + 1));
            float middle = float.IsFinite(next) ? here + (next - here) / 2 : here;
            // What is below 2^-126 some devices take for 0.
            if (here == 0 || MathF.Abs(here) >= MathF.ScaleB(1, -125))
                all.AddRange([here, -here, middle, -middle, MathF.BitIncrement(middle), MathF.BitDecrement(middle)]);
        }
        all.RemoveAll(static x => x != 0 && MathF.Abs(x) < MathF.ScaleB(1, -126));

        using Buffer numbers = Gpu.Allocate(all.Count * sizeof(float)), bits = Gpu.Allocate(all.Count * sizeof(ushort));
        View<float> x = numbers.View<float>(new Extents(all.Count));
        View<ushort> y = bits.View<ushort>(new Extents(all.Count));
        x.CopyFrom([.. all]);
        Gpu.Launch(NarrowEach<T>, OneGroup, Gpu.Array(x), Gpu.Array(y));
        ushort[] rounded = y.ToArray();
        for (int i = 0; i < all.Count; i++)
        {
            bool isRight = float.IsNaN(all[i]) ? (rounded[i] & 0x7FFF) > nan : rounded[i] == expected(all[i]);
            Assert.True(isRight, $"{all[i]:R} becomes 0x{rounded[i]:X4}, not 0x{expected(all[i]):X4}");
        }
    }

    private static void WidenEach<T>(ArrayView<float> y) where T : struct, INarrowFloat
    {
        for (int i = Group.IdxX; i < y.Length; i += Group.DimX)
            y[i] = T.Widen((uint)i);
    }

    private static void NarrowEach<T>(ArrayView<float> x, ArrayView<ushort> y) where T : struct, INarrowFloat
    {
        for (int i = Group.IdxX; i < y.Length; i += Group.DimX)
            y[i] = (ushort)T.Narrow(x[i]);
    }
}
