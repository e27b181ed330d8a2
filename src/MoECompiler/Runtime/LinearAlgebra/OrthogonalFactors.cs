namespace MoECompiler;

/// <summary>A matrix as Q R: columns of Q of length 1 that are at right angles, and no more of them than the matrix has rank.</summary>
internal static class OrthogonalFactors
{
    /// <summary>What is left of a column is nothing if it is this much shorter than the column was: rounding, of which no direction should be made.</summary>
    private const double Nothing = 1e-13;

    /// <summary>Gram and Schmidt, each column twice, which is as good as reflections: Giraud et al., 2005.</summary>
    /// <returns>Q f64[Rows, K] and R f64[K, Columns], K at most either extent.</returns>
    public static (Matrix Q, Matrix R) Of(Matrix matrix)
    {
        int most = Math.Min(matrix.Rows, matrix.Columns);
        Matrix directions = new(most, matrix.Rows), factors = new(most, matrix.Columns);
        int count = 0;
        double[] column = new double[matrix.Rows];
        for (int c = 0; c < matrix.Columns; c++)
        {
            for (int row = 0; row < column.Length; row++)
                column[row] = matrix[row, c];
            double before = Length(column);
            for (int time = 0; time < 2; time++)
                for (int k = 0; k < count; k++)
                {
                    double part = 0;
                    for (int row = 0; row < column.Length; row++)
                        part += directions[k, row] * column[row];
                    for (int row = 0; row < column.Length; row++)
                        column[row] -= part * directions[k, row];
                    factors[k, c] += part;
                }
            double left = Length(column);
            if (count == most || left <= Nothing * before)
                continue;
            for (int row = 0; row < column.Length; row++)
                directions[count, row] = column[row] / left;
            factors[count++, c] = left;
        }
        return (First(directions, count).Transposed(), First(factors, count));
    }

    private static double Length(double[] column) => Math.Sqrt(column.Sum(static x => x * x));

    private static Matrix First(Matrix matrix, int rows)
    {
        Matrix first = new(rows, matrix.Columns);
        for (int row = 0; row < rows; row++)
            for (int column = 0; column < matrix.Columns; column++)
                first[row, column] = matrix[row, column];
        return first;
    }
}
