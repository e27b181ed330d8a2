namespace MoECompiler.Ops;

public static partial class GpuKernels
{
    /// <summary>Each expert takes the tokens that score best with it, a group an expert; see <see cref="Ops.ExpertChoice"/>.</summary>
    /// <exception cref="ArgumentException">An expert is to take more tokens than there are.</exception>
    public static void ExpertChoice(GpuDevice gpu, View<float> scores, View<int> order, View<int> offsets, View<int> position)
    {
        (int tokens, int experts) = (position.Rows, position.Columns);
        int count = Kernels.CountOfChoice(order, tokens, experts);
        gpu.Launch(
            TokensOfExpert, gpu.PerRow(experts + 1, tokens, flops: 32 * scores.Count, bytes: 4 * (scores.Count + order.Count + offsets.Count + position.Count)),
            gpu.Array(scores), gpu.Array(order), gpu.Array(offsets), gpu.Array(position), tokens, experts, count);
    }

    /// <summary>The last group only says where all rows end.</summary>
    private static void TokensOfExpert(
        ArrayView<float> scores, ArrayView<int> order, ArrayView<int> offsets, ArrayView<int> position, int tokens, int experts, int count)
    {
        int expert = Grid.IdxX;
        if (Group.IdxX == 0)
            offsets[expert] = expert * count;
        if (expert == experts)
            return;

        // The greatest number that at least as many keys as are taken reach: the least that is taken, bit by bit from the top.
        uint least = 0;
        for (int bit = 31; bit >= 0; bit--)
        {
            uint next = least | 1u << bit;
            int reach = 0;
            for (int token = Group.IdxX; token < tokens; token += Group.DimX)
                reach += KeyOf(scores[(long)token * experts + expert]) >= next ? 1 : 0;
            if (RowGroup.Sum(reach) >= count)
                least = next;
        }

        // Each thread has tokens in a row.
        int each = (tokens + Group.DimX - 1) / Group.DimX;
        int first = IntrinsicMath.Min(tokens, Group.IdxX * each), end = IntrinsicMath.Min(tokens, first + each);
        int above = 0, alike = 0;
        for (int token = first; token < end; token++)
        {
            uint key = KeyOf(scores[(long)token * experts + expert]);
            above += key > least ? 1 : 0;
            alike += key == least ? 1 : 0;
        }
        int before = RowGroup.SumBefore(alike, out _);
        int ties = IntrinsicMath.Min(alike, IntrinsicMath.Max(0, count - RowGroup.Sum(above) - before));
        int row = expert * count + RowGroup.SumBefore(above + ties, out _);
        for (int token = first; token < end; token++)
        {
            int pair = token * experts + expert;
            uint key = KeyOf(scores[pair]);
            bool isTaken = key > least || (key == least && ties > 0);
            if (key == least)
                ties--;
            position[pair] = isTaken ? row : -1;
            if (isTaken)
            {
                order[row] = pair;
                row++;
            }
        }
    }

    /// <summary>A number that is the greater the earlier a float comes in descending order: NaN last, both zeroes alike.</summary>
    private static uint KeyOf(float x) => (uint)OrderOf(x) ^ 0x8000_0000u;
}
