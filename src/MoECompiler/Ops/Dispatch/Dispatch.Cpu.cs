namespace MoECompiler.Ops;

public static unsafe partial class Kernels
{
    /// <summary>Puts the pairs of token and slot in order of expert: a counting sort, as the pairs are few beside the rows they stand for.</summary>
    /// <exception cref="ArgumentException">There is no such expert.</exception>
    public static void Dispatch(CpuDevice cpu, View<int> experts, View<int> order, View<int> offsets, View<int> position) =>
        Dispatch(cpu, experts, order, offsets, position, int.MaxValue);

    /// <summary>The same with at most <paramref name="Capacity"/> rows an expert; first slots go before second slots.</summary>
    /// <exception cref="ArgumentException">There is no such expert.</exception>
    public static void Dispatch(CpuDevice cpu, View<int> experts, View<int> order, View<int> offsets, View<int> position, int Capacity)
    {
        int count = offsets.Extents[0] - 1;
        IndexCheck.AllWithinOrNone("expert", experts, count);
        int* expert = experts.Pointer, row = order.Pointer, start = offsets.Pointer, place = position.Pointer;
        (int tokens, int slots) = (experts.Rows, experts.Columns);
        int pairs = checked((int)experts.Count);
        new Span<int>(start, count + 1).Clear();

        // How many rows each expert takes, at start[expert + 1].
        for (int slot = 0; slot < slots; slot++)
        {
            for (int token = 0; token < tokens; token++)
            {
                int pair = token * slots + slot;
                bool isTaken = expert[pair] >= 0 && start[expert[pair] + 1] < Capacity;
                place[pair] = isTaken ? 0 : -1;
                if (isTaken)
                    start[expert[pair] + 1]++;
            }
        }
        for (int e = 0; e < count; e++)
            start[e + 1] += start[e];

        // start[expert] runs from where its rows begin to where they end, which is where the next begin.
        for (int pair = 0; pair < pairs; pair++)
        {
            if (place[pair] < 0)
                continue;
            int at = start[expert[pair]]++;
            row[at] = pair;
            place[pair] = at;
        }
        new Span<int>(row + start[count], pairs - start[count]).Fill(-1);
        for (int e = count; e > 0; e--)
            start[e] = start[e - 1];
        start[0] = 0;
    }

    /// <summary>The dispatch that gives every token to every expert; x only tells how many tokens there are.</summary>
    public static void DispatchAll(CpuDevice cpu, View<float> x, View<int> order, View<int> offsets, View<int> position)
    {
        int* row = order.Pointer, start = offsets.Pointer, place = position.Pointer;
        (int tokens, int experts) = (position.Rows, position.Columns);
        for (int expert = 0; expert <= experts; expert++)
            start[expert] = expert * tokens;
        for (int token = 0; token < tokens; token++)
        {
            for (int expert = 0; expert < experts; expert++)
            {
                row[expert * tokens + token] = token * experts + expert;
                place[token * experts + expert] = expert * tokens + token;
            }
        }
    }
}
