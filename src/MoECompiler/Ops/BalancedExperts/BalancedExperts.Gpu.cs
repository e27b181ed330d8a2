using System.Numerics;

namespace MoECompiler.Ops;

public static partial class GpuKernels
{
    /// <inheritdoc cref="Kernels.BalancedExperts"/>
    public static void BalancedExperts(GpuDevice gpu, View<float> scores, View<int> y)
    {
        (int tokens, int experts) = (y.Rows, scores.Columns);
        int capacity = Ops.BalancedExperts.CapacityOf(tokens, experts);
        if (tokens == 0)
            return;
        ScratchParts scratch = gpu.Scratch(tokens + 6L * experts + AuctionState.Numbers, parts: 7);
        AuctionState state = new(
            scratch.Take<long>(experts), scratch.Take<int>(experts), scratch.Take<int>(experts), scratch.Take<int>(experts), scratch.Take<int>(experts),
            scratch.Take<int>(tokens), scratch.Take<int>(AuctionState.Numbers), 32 - BitOperations.LeadingZeroCount((uint)tokens - 1));
        gpu.Launch(Auction, gpu.PerRow(1, tokens, bytes: 4 * (scores.Count + y.Count)), gpu.Array(scores), gpu.Array(y), state, experts, capacity);
    }

    /// <summary>
    /// One group holds the auction: its threads share the tokens to bid and the experts to set prices. What an expert keeps is found by
    /// halves, for all experts at once. Whole numbers are added up atomically, whose order does not matter.
    /// </summary>
    private static void Auction(ArrayView<float> scores, ArrayView<int> y, AuctionState state, int experts, int capacity)
    {
        Open(y, state, experts);
        Intrinsics.Barrier();
        FindRange(scores, state);
        Intrinsics.Barrier();
        GpuScoreUnits units = GpuScoreUnits.Of(state.Number[AuctionState.Lowest], state.Number[AuctionState.Highest]);
        for (int round = 0; round < Ops.BalancedExperts.Rounds && state.Number[AuctionState.Left] > 0; round++)
        {
            int dearest = 0;
            for (int token = Group.IdxX; token < y.IntLength; token += Group.DimX)
            {
                if (y[token] < 0)
                    dearest = IntrinsicMath.Max(dearest, Bid(scores, y, state, units, token, experts));
            }
            Atomic.Max(ref state.Number[AuctionState.Dearest], dearest);
            Intrinsics.Barrier();
            long bit = 1L << state.TokenBits;
            while (bit <= ((long)state.Number[AuctionState.Dearest] << state.TokenBits) >> 1)
                bit <<= 1;
            Contest(state, experts, capacity);
            Intrinsics.Barrier();
            for (; bit > 0; bit >>= 1)
            {
                CountReach(y, state, bit);
                Intrinsics.Barrier();
                Halve(state, experts, capacity, bit);
                Intrinsics.Barrier();
            }
            Atomic.Add(ref state.Number[AuctionState.Left], KeepBest(y, state));
            Intrinsics.Barrier();
            SetPrices(state, experts, capacity);
            Intrinsics.Barrier();
        }
        if (Group.IdxX == 0)
            Close(scores, y, state, units, experts, capacity);
    }

    private static void Open(ArrayView<int> y, AuctionState state, int experts)
    {
        for (int token = Group.IdxX; token < y.IntLength; token += Group.DimX)
            y[token] = -1;
        for (int expert = Group.IdxX; expert < experts; expert += Group.DimX)
        {
            state.Prices[expert] = 0;
            state.Counts[expert] = 0;
            state.News[expert] = 0;
            state.Reach[expert] = 0;
        }
        if (Group.IdxX != 0)
            return;
        state.Number[AuctionState.Lowest] = int.MaxValue;
        state.Number[AuctionState.Highest] = int.MinValue;
        state.Number[AuctionState.Dearest] = 0;
        state.Number[AuctionState.Left] = y.IntLength;
    }

    /// <summary>The least and the greatest finite score, as numbers of their order.</summary>
    private static void FindRange(ArrayView<float> scores, AuctionState state)
    {
        int lowest = int.MaxValue, highest = int.MinValue;
        for (long i = Group.IdxX; i < scores.Length; i += Group.DimX)
        {
            int order = OrderOf(scores[i]);
            if (order <= -0x7F80_0000 || order >= 0x7F80_0000)
                continue;
            lowest = IntrinsicMath.Min(lowest, order);
            highest = IntrinsicMath.Max(highest, order);
        }
        Atomic.Min(ref state.Number[AuctionState.Lowest], lowest);
        Atomic.Max(ref state.Number[AuctionState.Highest], highest);
    }

    /// <summary>A token's bid.</summary>
    private static int Bid(ArrayView<float> scores, ArrayView<int> y, AuctionState state, GpuScoreUnits units, int token, int experts)
    {
        int best = 0, greatest = int.MinValue, second = int.MinValue;
        for (int expert = 0; expert < experts; expert++)
        {
            int value = units.Of(scores[(long)token * experts + expert]) - state.Prices[expert];
            if (value > greatest)
            {
                second = greatest;
                greatest = value;
                best = expert;
            }
            else if (value > second)
            {
                second = value;
            }
        }
        int margin = experts == 1 ? 0 : greatest - second;
        int bid = state.Prices[best] + margin + Ops.BalancedExperts.Increment;
        y[token] = best;
        state.Bids[token] = bid;
        Atomic.Add(ref state.Counts[best], 1);
        state.News[best] = 1;
        return bid;
    }

    /// <summary>From here on what counts as news is that an expert has new bids and is full.</summary>
    private static void Contest(AuctionState state, int experts, int capacity)
    {
        for (int expert = Group.IdxX; expert < experts; expert += Group.DimX)
        {
            state.Least[expert] = 0;
            if (state.Counts[expert] < capacity)
                state.News[expert] = 0;
        }
        if (Group.IdxX == 0)
            state.Number[AuctionState.Left] = 0;
    }

    /// <summary>How many bids of each contested expert reach what it is known to keep, with one more bit.</summary>
    private static void CountReach(ArrayView<int> y, AuctionState state, long bit)
    {
        for (int token = Group.IdxX; token < y.IntLength; token += Group.DimX)
        {
            int expert = y[token];
            if (state.News[expert] != 0 && state.KeyOf(token, y.IntLength) >= (state.Least[expert] | bit))
                Atomic.Add(ref state.Reach[expert], 1);
        }
    }

    private static void Halve(AuctionState state, int experts, int capacity, long bit)
    {
        for (int expert = Group.IdxX; expert < experts; expert += Group.DimX)
        {
            if (state.Reach[expert] >= capacity)
                state.Least[expert] |= bit;
            state.Reach[expert] = 0;
        }
    }

    /// <summary>Takes the expert from the thread's tokens whose bids are not among its best: how many.</summary>
    private static int KeepBest(ArrayView<int> y, AuctionState state)
    {
        int left = 0;
        for (int token = Group.IdxX; token < y.IntLength; token += Group.DimX)
        {
            int expert = y[token];
            if (state.News[expert] == 0 || state.KeyOf(token, y.IntLength) >= state.Least[expert])
                continue;
            y[token] = -1;
            left++;
        }
        return left;
    }

    private static void SetPrices(AuctionState state, int experts, int capacity)
    {
        for (int expert = Group.IdxX; expert < experts; expert += Group.DimX)
        {
            if (state.News[expert] == 0)
                continue;
            state.Prices[expert] = (int)(state.Least[expert] >> state.TokenBits);
            state.Counts[expert] = capacity;
            state.News[expert] = 0;
        }
    }

    private static void Close(ArrayView<float> scores, ArrayView<int> y, AuctionState state, GpuScoreUnits units, int experts, int capacity)
    {
        for (int token = 0; token < y.IntLength; token++)
        {
            if (y[token] >= 0)
                continue;
            int best = 0, greatest = -1;
            for (int expert = 0; expert < experts; expert++)
            {
                int value = units.Of(scores[(long)token * experts + expert]);
                if (state.Counts[expert] < capacity && value > greatest)
                {
                    greatest = value;
                    best = expert;
                }
            }
            y[token] = best;
            state.Counts[best]++;
        }
    }
}
