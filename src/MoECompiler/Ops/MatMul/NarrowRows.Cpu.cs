using System.Runtime.CompilerServices;

namespace MoECompiler.Ops;

/// <summary>
/// Products with few columns whose operands both lie along the depth: y[r, n] = a[r] . b[n]. Each sum is made by itself, lane by lane:
/// a tile would be mostly empty, and packing would cost more than the product. The form depends on the columns alone, so a row's bits
/// do not depend on its neighbours.
/// </summary>
/// <param name="groups">The matrix of each row.</param>
/// <param name="pair">Rows, and matrices of <paramref name="columns"/> lines.</param>
/// <param name="second">The rows and lines that sums go on with.</param>
/// <param name="y">The result.</param>
/// <param name="columns">Of the result.</param>
/// <param name="epilogue">What is done with each sum.</param>
internal readonly unsafe struct NarrowRows<T, TSecond, TResult, TEpilogue, TGroups>(
    TGroups groups, OperandPair<T> pair, OperandPair<TSecond> second, TResult* y, int columns, TEpilogue epilogue) : IRowKernel
    where T : unmanaged
    where TSecond : unmanaged
    where TResult : unmanaged
    where TEpilogue : unmanaged, IEpilogue
    where TGroups : unmanaged, IRowGroups
{
    /// <summary>Columns at a time, so that each element of a is loaded once for them.</summary>
    private const int Tile = 4;

    public void Run<V>(int first, int end) where V : unmanaged, ILanes<V>
    {
        for (int row = first; row < end;)
        {
            (int matrix, int last) = groups.Of(row);
            long line = (long)matrix * columns;
            for (last = Math.Min(last, end); row < last; row++)
            {
                int column = 0;
                for (; column + Tile <= columns; column += Tile)
                    Four<V>(row, line + column, column);
                for (; column < columns; column++)
                    One<V>(row, line + column, column);
            }
        }
    }

    private void Four<V>(int row, long line, int column) where V : unmanaged, ILanes<V>
    {
        V sum0 = V.Zero, sum1 = V.Zero, sum2 = V.Zero, sum3 = V.Zero;
        AddFour(pair.A[row], pair.B[line], pair.Depth, ref sum0, ref sum1, ref sum2, ref sum3);
        if (second.Depth > 0)
            AddFour(second.A[row], second.B[line], second.Depth, ref sum0, ref sum1, ref sum2, ref sum3);
        Put(sum0, row, column);
        Put(sum1, row, column + 1);
        Put(sum2, row, column + 2);
        Put(sum3, row, column + 3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddFour<V, TSource>(TSource* x, TSource* line, int depth, ref V to0, ref V to1, ref V to2, ref V to3)
        where V : unmanaged, ILanes<V>
        where TSource : unmanaged
    {
        V sum0 = to0, sum1 = to1, sum2 = to2, sum3 = to3;
        int i = 0;
        for (; i + V.Count <= depth; i += V.Count)
        {
            V factor = Stored.Load<V, TSource>(x + i);
            sum0 = V.FusedMultiplyAdd(factor, Stored.Load<V, TSource>(line + i), sum0);
            sum1 = V.FusedMultiplyAdd(factor, Stored.Load<V, TSource>(line + depth + i), sum1);
            sum2 = V.FusedMultiplyAdd(factor, Stored.Load<V, TSource>(line + 2L * depth + i), sum2);
            sum3 = V.FusedMultiplyAdd(factor, Stored.Load<V, TSource>(line + 3L * depth + i), sum3);
        }
        if (i < depth)
        {
            V factor = Rest<V, TSource>(x + i, depth - i);
            sum0 = V.FusedMultiplyAdd(factor, Rest<V, TSource>(line + i, depth - i), sum0);
            sum1 = V.FusedMultiplyAdd(factor, Rest<V, TSource>(line + depth + i, depth - i), sum1);
            sum2 = V.FusedMultiplyAdd(factor, Rest<V, TSource>(line + 2L * depth + i, depth - i), sum2);
            sum3 = V.FusedMultiplyAdd(factor, Rest<V, TSource>(line + 3L * depth + i, depth - i), sum3);
        }
        (to0, to1, to2, to3) = (sum0, sum1, sum2, sum3);
    }

    private void One<V>(int row, long line, int column) where V : unmanaged, ILanes<V>
    {
        V sum = V.Zero;
        AddOne(pair.A[row], pair.B[line], pair.Depth, ref sum);
        if (second.Depth > 0)
            AddOne(second.A[row], second.B[line], second.Depth, ref sum);
        Put(sum, row, column);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddOne<V, TSource>(TSource* x, TSource* line, int depth, ref V to)
        where V : unmanaged, ILanes<V>
        where TSource : unmanaged
    {
        V sum = to;
        int i = 0;
        for (; i + V.Count <= depth; i += V.Count)
            sum = V.FusedMultiplyAdd(Stored.Load<V, TSource>(x + i), Stored.Load<V, TSource>(line + i), sum);
        if (i < depth)
            sum = V.FusedMultiplyAdd(Rest<V, TSource>(x + i, depth - i), Rest<V, TSource>(line + i, depth - i), sum);
        to = sum;
    }

    /// <summary>The last elements of a line, and 0 in the other lanes.</summary>
    [SkipLocalsInit]
    private static V Rest<V, TSource>(TSource* line, int count)
        where V : unmanaged, ILanes<V>
        where TSource : unmanaged
    {
        if (typeof(TSource) == typeof(float))
            return Part.Load<V>((float*)line, count, 0);
        float* lanes = stackalloc float[SixteenLanes.Count];
        Stored.Widen(line, lanes, count);
        return Part.Load<V>(lanes, count, 0);
    }

    /// <summary>Adds up the lanes, one half and the other, and so on, and applies the epilogue.</summary>
    [SkipLocalsInit]
    private void Put<V>(V sum, int row, int column) where V : unmanaged, ILanes<V>
    {
        float* lanes = stackalloc float[SixteenLanes.Count];
        sum.Store(lanes);
        for (int half = SixteenLanes.Count / 2; half > 0; half /= 2)
        {
            for (int i = 0; i < half; i++)
                lanes[i] += lanes[i + half];
        }
        Stored.Store(epilogue.Apply(Lanes1.Load(lanes), row, column), y + (long)row * columns + column);
    }
}

/// <summary>Whether a product is of the narrow kind.</summary>
internal static class NarrowProduct
{
    /// <summary>The most columns of a result whose sums are made one by one.</summary>
    private const int MaximumColumns = 12;

    /// <param name="transposeA">The rows are summed over.</param>
    /// <param name="transposeB">The columns of the result are lines of the right operand.</param>
    /// <param name="columns">Of the result.</param>
    public static bool Is(bool transposeA, bool transposeB, int columns) => !transposeA && transposeB && columns <= MaximumColumns;
}

/// <summary>Which of some matrices a row is multiplied by.</summary>
internal interface IRowGroups
{
    /// <summary>The number of the row's matrix, and the first row after it that has another.</summary>
    (int Matrix, int End) Of(int row);
}

/// <summary>A matrix for each so many rows; one for all where there are no more.</summary>
internal readonly struct EvenGroups(int rows) : IRowGroups
{
    public (int Matrix, int End) Of(int row) => (row / rows, row / rows * rows + rows);
}
