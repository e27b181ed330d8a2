using System.Runtime.CompilerServices;

namespace MoECompiler.Ops;

/// <summary>
/// A chunk of elements of all matrices of a basis: a product of coefficients and of a basis that is drawn, some numbers of it at a time, into
/// the processor's cache. The sums of six matrices stay in registers; between the draws they lie where they belong.
/// </summary>
internal readonly unsafe struct SeededMixChunks(Kernels.SeededWork work, float* coefficients, float* y, float offset) : IRowKernel
{
    /// <summary>Numbers that are drawn at a time.</summary>
    private const int Depth = 32;

    private const int Lanes = SixteenLanes.Count;

    public void Run<V>(int first, int end) where V : unmanaged, ILanes<V>
    {
        float* basis = stackalloc float[Depth * SeededBasis.Chunk];
        float* offsets = stackalloc float[SeededBasis.Chunk];
        for (int task = first; task < end; task++)
        {
            int of = task / work.Chunks, from = task % work.Chunks * SeededBasis.Chunk;
            if (offset != 0)
                work.Draw(of, SeededBasis.Offset, from, offsets, Lanes);
            for (int number = 0; number == 0 || number < work.Count; number += Depth)
            {
                int depth = Math.Min(Depth, work.Count - number);
                for (int i = 0; i < depth; i++)
                    work.Draw(of, number + i, from, basis + i * Lanes, Depth * Lanes);
                Add<V>(of * work.GroupsOfBasis, from, number, depth, basis, offsets);
            }
        }
    }

    /// <summary>Adds what some numbers of the basis give.</summary>
    private void Add<V>(int group, int from, int number, int depth, float* basis, float* offsets) where V : unmanaged, ILanes<V>
    {
        int end = group + work.GroupsOfBasis;
        int count = Math.Min(SeededBasis.Chunk, work.Elements - from);
        for (; group < end; group += 6)
        {
            int groups = Math.Min(6, end - group);
            float* factors = coefficients + (long)group * work.Count + number, sums = y + (long)group * work.Elements + from;
            for (int i = 0; i < count; i += Lanes)
            {
                Piece piece = new(basis + i * Depth, offsets + i, Math.Min(Lanes, count - i), number == 0, number + depth == work.Count);
                if (groups == 6)
                    AddSix<V>(piece, factors, sums + i, depth);
                else
                    AddSome<V>(piece, factors, sums + i, depth, groups);
            }
        }
    }

    /// <summary>Up to sixteen elements.</summary>
    /// <param name="Basis">Sixteen elements of each number, one number after the other.</param>
    /// <param name="Offsets">Of the elements.</param>
    /// <param name="Count">How many there are.</param>
    /// <param name="IsFirst">The sums begin.</param>
    /// <param name="IsLast">The sums are scaled and get their offset.</param>
    private readonly record struct Piece(nint Basis, nint Offsets, int Count, bool IsFirst, bool IsLast)
    {
        public Piece(float* basis, float* offsets, int count, bool isFirst, bool isLast) : this((nint)basis, (nint)offsets, count, isFirst, isLast)
        {
        }
    }

    private void AddSix<V>(Piece piece, float* factors, float* sums, int depth) where V : unmanaged, ILanes<V>
    {
        long down = work.Count, next = work.Elements;
        V sum0 = Begin<V>(piece, sums), sum1 = Begin<V>(piece, sums + next), sum2 = Begin<V>(piece, sums + 2 * next);
        V sum3 = Begin<V>(piece, sums + 3 * next), sum4 = Begin<V>(piece, sums + 4 * next), sum5 = Begin<V>(piece, sums + 5 * next);
        float* basis = (float*)piece.Basis;
        for (int k = 0; k < depth; k++)
        {
            V element = V.Load(basis + k * Lanes);
            float* factor = factors + k;
            sum0 = V.FusedMultiplyAdd(V.Of(*factor), element, sum0);
            sum1 = V.FusedMultiplyAdd(V.Of(factor[down]), element, sum1);
            sum2 = V.FusedMultiplyAdd(V.Of(factor[2 * down]), element, sum2);
            sum3 = V.FusedMultiplyAdd(V.Of(factor[3 * down]), element, sum3);
            sum4 = V.FusedMultiplyAdd(V.Of(factor[4 * down]), element, sum4);
            sum5 = V.FusedMultiplyAdd(V.Of(factor[5 * down]), element, sum5);
        }
        End(piece, sum0, sums);
        End(piece, sum1, sums + next);
        End(piece, sum2, sums + 2 * next);
        End(piece, sum3, sums + 3 * next);
        End(piece, sum4, sums + 4 * next);
        End(piece, sum5, sums + 5 * next);
    }

    private void AddSome<V>(Piece piece, float* factors, float* sums, int depth, int groups) where V : unmanaged, ILanes<V>
    {
        float* basis = (float*)piece.Basis;
        for (int g = 0; g < groups; g++, factors += work.Count, sums += work.Elements)
        {
            V sum = Begin<V>(piece, sums);
            for (int k = 0; k < depth; k++)
                sum = V.FusedMultiplyAdd(V.Of(factors[k]), V.Load(basis + k * Lanes), sum);
            End(piece, sum, sums);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Begin<V>(Piece piece, float* sums) where V : unmanaged, ILanes<V> =>
        piece.IsFirst ? V.Zero : piece.Count == Lanes ? V.Load(sums) : Part.Load<V>(sums, piece.Count, 0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void End<V>(Piece piece, V sum, float* sums) where V : unmanaged, ILanes<V>
    {
        if (piece.IsLast)
            sum *= V.Of(work.Scale);
        if (piece.IsLast && offset != 0)
            sum = V.FusedMultiplyAdd(V.Load((float*)piece.Offsets), V.Of(offset), sum);
        if (piece.Count == Lanes)
            sum.Store(sums);
        else
            Part.Store(sum, sums, piece.Count);
    }
}
