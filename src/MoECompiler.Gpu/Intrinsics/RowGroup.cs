namespace MoECompiler;

/// <summary>
/// What the threads of a group make together of a number of each: a tree in shared memory, in an order that depends on nothing but the
/// group's size, a power of two up to <see cref="MaximumThreads"/>. Every thread must come, and every thread gets the result.
/// </summary>
public static class RowGroup
{
    public const int MaximumThreads = 256;

    public static float Sum(float value)
    {
        ArrayView<float> numbers = SharedMemory.Allocate<float>(MaximumThreads);
        numbers[Group.IdxX] = value;
        for (int half = Group.DimX >> 1; half > 0; half >>= 1)
        {
            Intrinsics.Barrier();
            if (Group.IdxX < half)
                numbers[Group.IdxX] += numbers[Group.IdxX + half];
        }
        Intrinsics.Barrier();
        float sum = numbers[0];
        // Nobody writes for the next one before everybody has read this.
        Intrinsics.Barrier();
        return sum;
    }

    /// <summary>The greatest; NaN if any is.</summary>
    public static float Max(float value)
    {
        ArrayView<float> numbers = SharedMemory.Allocate<float>(MaximumThreads);
        numbers[Group.IdxX] = value;
        for (int half = Group.DimX >> 1; half > 0; half >>= 1)
        {
            Intrinsics.Barrier();
            if (Group.IdxX < half)
                numbers[Group.IdxX] = GpuMath.Max(numbers[Group.IdxX], numbers[Group.IdxX + half]);
        }
        Intrinsics.Barrier();
        float greatest = numbers[0];
        Intrinsics.Barrier();
        return greatest;
    }
}
