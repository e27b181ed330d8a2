namespace MoECompiler.Ops;

public static partial class GpuKernels
{
    /// <summary>The pairs in a row that a thread has of a tile.</summary>
    private const int PairsOfThread = 16;

    /// <summary>
    /// Writes the pairs of an expert from row <paramref name="row"/> on, in order: those of the first <paramref name="fullSlots"/> slots,
    /// and of the next slot those of the tokens below <paramref name="limit"/>. Its other pairs get no row.
    /// </summary>
    /// <remarks>
    /// A tile of pairs at a time comes to shared memory, as the group reads it best; then each thread has pairs in a row, and knows where
    /// to write once it knows how many the threads before it found.
    /// </remarks>
    private static void PlacePairs(
        ArrayView<int> experts, ArrayView<int> order, ArrayView<int> position, int expert, int row, int slots, int fullSlots, int limit)
    {
        // One number in 32 stays free, so that the threads' runs begin in different banks.
        ArrayView<int> tile = SharedMemory.Allocate<int>(RowGroup.MaximumThreads * PairsOfThread / 32 * 33);
        int size = Group.DimX * PairsOfThread;
        int own = Group.IdxX * PairsOfThread;
        for (int first = 0; first < experts.IntLength; first += size)
        {
            for (int i = Group.IdxX; i < size; i += Group.DimX)
            {
                int pair = first + i;
                bool isTaken = pair < experts.IntLength && experts[pair] == expert;
                if (isTaken && (pair % slots > fullSlots || (pair % slots == fullSlots && pair / slots >= limit)))
                {
                    isTaken = false;
                    position[pair] = -1;
                }
                tile[i + (i >> 5)] = isTaken ? 1 : 0;
            }
            Intrinsics.Barrier();
            int count = 0;
            for (int i = own; i < own + PairsOfThread; i++)
                count += tile[i + (i >> 5)];
            int at = row + RowGroup.SumBefore(count, out int all);
            for (int i = own; i < own + PairsOfThread; i++)
            {
                if (tile[i + (i >> 5)] == 0)
                    continue;
                order[at] = first + i;
                position[first + i] = at;
                at++;
            }
            row += all;
            Intrinsics.Barrier();
        }
    }

    /// <summary>No pair for the rows that are not used, no row for the pairs whose expert there is not.</summary>
    private static void LeaveOutTheRest(ArrayView<int> experts, ArrayView<int> order, ArrayView<int> position, int rows, int count)
    {
        for (int row = rows + Group.IdxX; row < order.IntLength; row += Group.DimX)
            order[row] = -1;
        for (int pair = Group.IdxX; pair < experts.IntLength; pair += Group.DimX)
        {
            if ((uint)experts[pair] >= (uint)count)
                position[pair] = -1;
        }
    }
}
