namespace MoECompiler.Ops;

public static unsafe partial class Kernels
{
    /// <inheritdoc cref="GroupedMatMul{TResult, TEpilogue}(CpuDevice, View{float}, Nf4View, View{int}, View{int}, View{TResult}, bool, bool, int, TEpilogue)"/>
    public static void GroupedMatMul<TResult>(
        CpuDevice cpu, View<float> x, Nf4View weights, View<int> order, View<int> offsets, View<TResult> y, bool GatherRows, bool TransposeB, int Slots = 0)
        where TResult : unmanaged =>
        GroupedMatMul(cpu, x, weights, order, offsets, y, GatherRows, TransposeB, Slots, default(NoEpilogue));

    /// <inheritdoc cref="GroupedMatMul{TResult, TEpilogue}(CpuDevice, View{float}, Nf4View, View{int}, View{int}, View{TResult}, bool, bool, int, TEpilogue)"/>
    public static void GroupedMatMul<TResult, TEpilogue>(
        CpuDevice cpu, View<float> x, Nf4View weights, View<int> order, View<int> offsets, View<TResult> y, bool GatherRows, bool TransposeB, TEpilogue epilogue)
        where TResult : unmanaged
        where TEpilogue : unmanaged, IEpilogue =>
        GroupedMatMul(cpu, x, weights, order, offsets, y, GatherRows, TransposeB, Slots: 0, epilogue);

    /// <summary>Multiplies each row by the matrix of its expert, which is in 4 bits and made into floats panel by panel; see <see cref="Ops.GroupedMatMul"/>.</summary>
    /// <param name="cpu">Where it runs.</param>
    /// <param name="x">[R, K], or [T, K] where <paramref name="GatherRows"/>.</param>
    /// <param name="weights">[E, K, N], or [E, N, K] where <paramref name="TransposeB"/>.</param>
    /// <param name="order">i32[R].</param>
    /// <param name="offsets">i32[E + 1].</param>
    /// <param name="y">[R, N]; rows past offsets[E] are 0, whatever the epilogue.</param>
    /// <param name="GatherRows">Row r is x[order[r] / Slots].</param>
    /// <param name="TransposeB">The columns of y are rows of each expert's matrix.</param>
    /// <param name="Slots">How many slots a token has in the order; 0 for R / T.</param>
    /// <param name="epilogue">What is done with each sum.</param>
    /// <exception cref="ArgumentException">The order or the offsets are not those of a dispatch.</exception>
    public static void GroupedMatMul<TResult, TEpilogue>(
        CpuDevice cpu,
        View<float> x,
        Nf4View weights,
        View<int> order,
        View<int> offsets,
        View<TResult> y,
        bool GatherRows,
        bool TransposeB,
        int Slots,
        TEpilogue epilogue)
        where TResult : unmanaged
        where TEpilogue : unmanaged, IEpilogue
    {
        if (y.Count == 0)
            return;
        Groups groups = new(offsets, y.Rows);
        Multiply(cpu, groups, groups.Pair(x, weights, order, GatherRows, TransposeB, Slots), default(ExpertPair<float>), y, isNarrow: false, epilogue);
    }

    /// <inheritdoc cref="GroupedMatMul{TSecond, TResult, TEpilogue}(CpuDevice, View{float}, Nf4View, View{int}, View{int}, View{TSecond}, View{TSecond}, View{TResult}, bool, bool, int, bool, bool, TEpilogue)"/>
    public static void GroupedMatMul<TSecond, TResult>(
        CpuDevice cpu, View<float> x, Nf4View weights, View<int> order, View<int> offsets, View<TSecond> x2, View<TSecond> weights2, View<TResult> y,
        bool GatherRows, bool TransposeB, int Slots, bool SecondGatherRows, bool SecondTransposeB)
        where TSecond : unmanaged
        where TResult : unmanaged =>
        GroupedMatMul(
            cpu, x, weights, order, offsets, x2, weights2, y, GatherRows, TransposeB, Slots, SecondGatherRows, SecondTransposeB, default(NoEpilogue));

    /// <summary>The sum of such a product and of one by matrices of floats, as an adapter of a model in 4 bits has it; see <see cref="Ops.GroupedMatMul"/>.</summary>
    /// <param name="cpu">Where it runs.</param>
    /// <param name="x">[R, K], or [T, K] where <paramref name="GatherRows"/>.</param>
    /// <param name="weights">[E, K, N], or [E, N, K] where <paramref name="TransposeB"/>.</param>
    /// <param name="order">i32[R].</param>
    /// <param name="offsets">i32[E + 1].</param>
    /// <param name="x2">[R, L], or [T, L] where <paramref name="SecondGatherRows"/>.</param>
    /// <param name="weights2">[E, L, N], or [E, N, L] where <paramref name="SecondTransposeB"/>.</param>
    /// <param name="y">[R, N]; rows past offsets[E] are 0, whatever the epilogue.</param>
    /// <param name="GatherRows">Row r is x[order[r] / Slots].</param>
    /// <param name="TransposeB">The columns of y are rows of each expert's matrix.</param>
    /// <param name="Slots">How many slots a token has in the order; 0 for R / T.</param>
    /// <param name="SecondGatherRows">Row r is x2[order[r] / Slots].</param>
    /// <param name="SecondTransposeB">The columns of y are rows of each expert's second matrix.</param>
    /// <param name="epilogue">What is done with each sum.</param>
    /// <exception cref="ArgumentException">The order or the offsets are not those of a dispatch.</exception>
    public static void GroupedMatMul<TSecond, TResult, TEpilogue>(
        CpuDevice cpu, View<float> x, Nf4View weights, View<int> order, View<int> offsets, View<TSecond> x2, View<TSecond> weights2, View<TResult> y,
        bool GatherRows, bool TransposeB, int Slots, bool SecondGatherRows, bool SecondTransposeB, TEpilogue epilogue)
        where TSecond : unmanaged
        where TResult : unmanaged
        where TEpilogue : unmanaged, IEpilogue
    {
        if (y.Count == 0)
            return;
        Groups groups = new(offsets, y.Rows);
        ExpertPair<float> pair = groups.Pair(x, weights, order, GatherRows, TransposeB, Slots);
        ExpertPair<TSecond> second = groups.Pair(x2, weights2, order, SecondGatherRows, SecondTransposeB, Slots, y.Columns);
        Multiply(cpu, groups, pair, second, y, isNarrow: false, epilogue);
    }
}
