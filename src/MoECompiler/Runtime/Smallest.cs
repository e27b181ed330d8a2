using System.Runtime.CompilerServices;

namespace MoECompiler;

/// <summary>The smallest of many numbers, without sorting them.</summary>
internal static class Smallest
{
    private const int Bits = 16;

    /// <summary>Marks the smallest with 1, of equal ones the first; NaN is greater than all. What is marked already stays so.</summary>
    /// <param name="numbers">None is negative, -0 included.</param>
    /// <param name="count">How many.</param>
    /// <param name="marks">A byte for each number.</param>
    public static void Mark(ReadOnlySpan<float> numbers, int count, Span<byte> marks)
    {
        if (count <= 0)
            return;
        // Bits of numbers that are not negative are in their order: the greatest that goes is found by its upper half, then by its lower.
        int[] counts = new int[1 << Bits];
        foreach (float number in numbers)
            counts[Order(number) >> Bits]++;
        uint upper = Find(counts, ref count);
        counts.AsSpan().Clear();
        foreach (float number in numbers)
        {
            if (Order(number) >> Bits == upper)
                counts[Order(number) & ushort.MaxValue]++;
        }
        uint last = (upper << Bits) | Find(counts, ref count);
        for (int i = 0; i < numbers.Length; i++)
        {
            uint order = Order(numbers[i]);
            if (order < last || (order == last && count-- > 0))
                marks[i] = 1;
        }
    }

    /// <summary>In which class the number with this count from below is, and how many of the class go.</summary>
    private static uint Find(int[] counts, ref int count)
    {
        uint at = 0;
        for (; counts[at] < count; at++)
            count -= counts[at];
        return at;
    }

    private static uint Order(float number) => Unsafe.BitCast<float, uint>(number);
}
