using MoECompiler.Ops;

namespace MoECompiler;

/// <summary>
/// What the threads of a group make together of a number of each: a tree in shared memory, in an order that depends on nothing but the
/// group's size, a power of two up to <see cref="MaximumThreads"/>. Every thread must come, and every thread gets the result.
/// </summary>
public static class RowGroup
{
    public const int MaximumThreads = 256;

    public static float Sum(float value) => Reduce<SumReducer>(value);

    /// <summary>The greatest; NaN if any is.</summary>
    public static float Max(float value) => Reduce<MaxReducer>(value);

    internal static float Reduce<TReducer>(float value) where TReducer : struct, IReducer
    {
        ArrayView<float> numbers = SharedMemory.Allocate<float>(MaximumThreads);
        numbers[Group.IdxX] = value;
        for (int half = Group.DimX >> 1; half > 0; half >>= 1)
        {
            Intrinsics.Barrier();
            if (Group.IdxX < half)
                numbers[Group.IdxX] = TReducer.Join(new ScalarLane(numbers[Group.IdxX]), new ScalarLane(numbers[Group.IdxX + half])).Value;
        }
        Intrinsics.Barrier();
        float result = numbers[0];
        // Nobody writes for the next one before everybody has read this.
        Intrinsics.Barrier();
        return result;
    }

    public static int Sum(int value)
    {
        ArrayView<int> numbers = SharedMemory.Allocate<int>(MaximumThreads);
        numbers[Group.IdxX] = value;
        for (int half = Group.DimX >> 1; half > 0; half >>= 1)
        {
            Intrinsics.Barrier();
            if (Group.IdxX < half)
                numbers[Group.IdxX] += numbers[Group.IdxX + half];
        }
        Intrinsics.Barrier();
        int sum = numbers[0];
        Intrinsics.Barrier();
        return sum;
    }

    public static long Max(long value)
    {
        ArrayView<long> numbers = SharedMemory.Allocate<long>(MaximumThreads);
        numbers[Group.IdxX] = value;
        for (int half = Group.DimX >> 1; half > 0; half >>= 1)
        {
            Intrinsics.Barrier();
            if (Group.IdxX < half && numbers[Group.IdxX + half] > numbers[Group.IdxX])
                numbers[Group.IdxX] = numbers[Group.IdxX + half];
        }
        Intrinsics.Barrier();
        long greatest = numbers[0];
        Intrinsics.Barrier();
        return greatest;
    }

    /// <summary>The sum of the values of the threads before this one, and of all.</summary>
    public static int SumBefore(int value, out int all)
    {
        // Each round reads one half of the memory and writes the other, so that it takes one barrier.
        ArrayView<int> sums = SharedMemory.Allocate<int>(2 * MaximumThreads);
        int sum = value;
        int half = 0;
        sums[Group.IdxX] = sum;
        for (int distance = 1; distance < Group.DimX; distance <<= 1)
        {
            Intrinsics.Barrier();
            if (Group.IdxX >= distance)
                sum += sums[half + Group.IdxX - distance];
            half = MaximumThreads - half;
            sums[half + Group.IdxX] = sum;
        }
        Intrinsics.Barrier();
        all = sums[half + Group.DimX - 1];
        Intrinsics.Barrier();
        return sum - value;
    }
}
