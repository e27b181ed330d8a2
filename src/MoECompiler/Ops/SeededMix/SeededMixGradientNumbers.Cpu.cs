namespace MoECompiler.Ops;

/// <summary>
/// The gradients of some numbers' coefficients, for all matrices of a basis: a product of the matrices' gradients and of a basis that is
/// drawn a chunk at a time. The sums of two matrices and three numbers stay in registers.
/// </summary>
internal readonly unsafe struct SeededMixGradientNumbers(Kernels.SeededWork work, float* dy, float* dCoefficients) : IRowKernel
{
    /// <summary>Numbers of a task.</summary>
    public const int Strip = 6;

    /// <summary>Matrices that one pass over a basis serves; more take further passes.</summary>
    private const int GroupsAtOnce = 128;

    private const int Chunk = SeededBasis.Chunk, Lanes = SixteenLanes.Count;

    public void Run<V>(int first, int end) where V : unmanaged, ILanes<V>
    {
        float* basis = stackalloc float[Strip * Chunk];
        float* sums = stackalloc float[GroupsAtOnce * Strip * Lanes];
        for (int task = first; task < end; task++)
        {
            int of = task / work.Strips, number = task % work.Strips * Strip;
            int last = (of + 1) * work.GroupsOfBasis;
            for (int group = of * work.GroupsOfBasis; group < last; group += GroupsAtOnce)
                Strips<V>(of, number, group, Math.Min(GroupsAtOnce, last - group), basis, sums);
        }
    }

    private void Strips<V>(int of, int number, int group, int groups, float* basis, float* sums) where V : unmanaged, ILanes<V>
    {
        int numbers = Math.Min(Strip, work.Count - number);
        new Span<float>(sums, groups * Strip * Lanes).Clear();
        for (int from = 0; from < work.Elements; from += Chunk)
        {
            for (int i = 0; i < numbers; i++)
                work.Draw(of, number + i, from, basis + i * Chunk, Lanes);
            float* element = dy + (long)group * work.Elements + from;
            int count = Math.Min(Chunk, work.Elements - from);
            for (int g = 0; g < groups; g += 2)
            {
                // A matrix that is the last and alone is added twice, to sums of which one is not read.
                bool isPair = g + 1 < groups;
                float* first = element + g * (long)work.Elements, second = isPair ? first + work.Elements : first;
                for (int i = 0; i < numbers; i += 3)
                    Add<V>(first, second, count, basis + i * Chunk, Math.Min(3, numbers - i), sums + (g * Strip + i) * Lanes, isPair);
            }
        }
        for (int g = 0; g < groups; g++)
        {
            for (int i = 0; i < numbers; i++)
            {
                float sum = 0;
                for (int lane = 0; lane < Lanes; lane++)
                    sum += sums[(g * Strip + i) * Lanes + lane];
                dCoefficients[(long)(group + g) * work.Count + number + i] = sum * work.Scale;
            }
        }
    }

    /// <summary>Two matrices by three numbers; of fewer numbers the last is taken again and not kept.</summary>
    private static void Add<V>(float* first, float* second, int count, float* basis, int numbers, float* sums, bool isPair) where V : unmanaged, ILanes<V>
    {
        const int Next = Strip * Lanes;
        float* basis1 = numbers > 1 ? basis + Chunk : basis, basis2 = numbers > 2 ? basis + 2 * Chunk : basis;
        V a0 = V.Load(sums), a1 = V.Load(sums + Lanes), a2 = V.Load(sums + 2 * Lanes);
        V b0 = V.Zero, b1 = b0, b2 = b0;
        if (isPair)
            (b0, b1, b2) = (V.Load(sums + Next), V.Load(sums + Next + Lanes), V.Load(sums + Next + 2 * Lanes));
        int i = 0;
        for (; i + Lanes <= count; i += Lanes)
        {
            V a = V.Load(first + i), b = V.Load(second + i);
            V element = V.Load(basis + i);
            a0 = V.FusedMultiplyAdd(a, element, a0);
            b0 = V.FusedMultiplyAdd(b, element, b0);
            element = V.Load(basis1 + i);
            a1 = V.FusedMultiplyAdd(a, element, a1);
            b1 = V.FusedMultiplyAdd(b, element, b1);
            element = V.Load(basis2 + i);
            a2 = V.FusedMultiplyAdd(a, element, a2);
            b2 = V.FusedMultiplyAdd(b, element, b2);
        }
        if (i < count)
        {
            V a = Part.Load<V>(first + i, count - i, 0), b = Part.Load<V>(second + i, count - i, 0);
            a0 = V.FusedMultiplyAdd(a, V.Load(basis + i), a0);
            b0 = V.FusedMultiplyAdd(b, V.Load(basis + i), b0);
            a1 = V.FusedMultiplyAdd(a, V.Load(basis1 + i), a1);
            b1 = V.FusedMultiplyAdd(b, V.Load(basis1 + i), b1);
            a2 = V.FusedMultiplyAdd(a, V.Load(basis2 + i), a2);
            b2 = V.FusedMultiplyAdd(b, V.Load(basis2 + i), b2);
        }
        Store(a0, a1, a2, sums);
        if (isPair)
            Store(b0, b1, b2, sums + Next);

        static void Store(V x, V y, V z, float* sums)
        {
            x.Store(sums);
            y.Store(sums + Lanes);
            z.Store(sums + 2 * Lanes);
        }
    }
}
