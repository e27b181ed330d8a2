namespace MoECompiler.Ops;

public static unsafe partial class Kernels
{
    /// <summary>Each expert takes the tokens that score best with it; see <see cref="Ops.ExpertChoice"/>.</summary>
    /// <exception cref="ArgumentException">An expert is to take more tokens than there are.</exception>
    public static void ExpertChoice(CpuDevice cpu, View<float> scores, View<int> order, View<int> offsets, View<int> position)
    {
        (int tokens, int experts) = (position.Rows, position.Columns);
        int count = CountOfChoice(order, tokens, experts);
        for (int expert = 0; expert <= experts; expert++)
            offsets.Pointer[expert] = expert * count;
        ExpertChoiceJob job = new(scores.Pointer, order.Pointer, position.Pointer, tokens, experts, count);
        cpu.Team.Run(ref job, experts);
    }

    /// <summary>How many tokens each expert takes.</summary>
    /// <exception cref="ArgumentException">They are more than there are.</exception>
    internal static int CountOfChoice(View<int> order, int tokens, int experts)
    {
        int count = (int)(order.Count / Math.Max(1, experts));
        return count <= tokens ? count : throw new ArgumentException($"Each expert is to choose {count} of {tokens} tokens.");
    }

    /// <summary>A number that is the greater the earlier a float comes in descending order: NaN last, both zeroes alike.</summary>
    private static uint KeyOf(float x)
    {
        if (float.IsNaN(x))
            return 0;
        int bits = BitConverter.SingleToInt32Bits(x);
        return (uint)(bits < 0 ? int.MinValue - bits : bits) ^ 0x8000_0000;
    }

    private struct ExpertChoiceJob(float* scores, int* order, int* position, int tokens, int experts, int count) : IJob
    {
        public readonly void Run(int task, int thread)
        {
            uint* keys = (uint*)ThreadTeam.Scratch(tokens);
            for (int token = 0; token < tokens; token++)
                keys[token] = KeyOf(scores[(long)token * experts + task]);
            uint least = Least(keys, out int ties);
            int row = task * count;
            for (int token = 0; token < tokens; token++)
            {
                int pair = token * experts + task;
                bool isTaken = keys[token] > least || (keys[token] == least && ties-- > 0);
                position[pair] = isTaken ? row : -1;
                if (isTaken)
                    order[row++] = pair;
            }
        }

        /// <summary>The least key that is taken, and how many of those are that have it; found byte by byte from the top.</summary>
        private readonly uint Least(uint* keys, out int ties)
        {
            int* histogram = stackalloc int[256];
            (uint least, uint known, ties) = (0, 0, count);
            for (int shift = 24; shift >= 0; shift -= 8)
            {
                new Span<int>(histogram, 256).Clear();
                for (int token = 0; token < tokens; token++)
                {
                    if ((keys[token] & known) == least)
                        histogram[(keys[token] >> shift) & 255]++;
                }
                uint digit = 255;
                for (; digit > 0 && histogram[digit] < ties; digit--)
                    ties -= histogram[digit];
                least |= digit << shift;
                known |= 255u << shift;
            }
            return least;
        }
    }
}
