namespace MoECompiler;

/// <summary>What the threads of a group add up together, four floats at a time.</summary>
public static class GroupSums
{
    /// <summary>The most threads of a group that does.</summary>
    public const int MaximumThreads = 128;

    /// <summary>
    /// Adds the fours of all threads to those of the first: a tree whose order depends on nothing but the group's size, a power of two.
    /// Every thread must come, and after it only the first looks at the sums.
    /// </summary>
    /// <param name="sums">In shared memory: number i of thread t at i * <see cref="MaximumThreads"/> + t.</param>
    /// <param name="count">The fours of a thread.</param>
    public static void Add(ArrayView<Float4> sums, int count)
    {
        for (int half = Group.DimX >> 1; half > 0; half >>= 1)
        {
            Intrinsics.Barrier();
            if (Group.IdxX < half)
            {
                for (int at = Group.IdxX; at < count * MaximumThreads; at += MaximumThreads)
                    sums[at] = Float4.Add(sums[at], sums[at + half]);
            }
        }
        Intrinsics.Barrier();
    }
}
