namespace MoECompiler;

/// <summary>A matrix as Left diag(Values) Rightᵀ.</summary>
/// <param name="Left">f64[Rows, K]: columns of length 1 at right angles, or 0 where the value is.</param>
/// <param name="Values">K values, from the largest to the smallest; K is the matrix's columns.</param>
/// <param name="Right">f64[Columns, K].</param>
internal sealed record SingularValues(Matrix Left, double[] Values, Matrix Right)
{
    private const int Sweeps = 60;

    /// <summary>What is left of a right angle between two columns, of their lengths.</summary>
    private const double Angle = 1e-15;

    /// <summary>
    /// Jacobi's rotations from one side: each turns two columns to a right angle, until all are. Exact to rounding, simple, and slow for
    /// more than some hundred columns. Source: Golub and Van Loan, Matrix Computations, section 8.6.3.
    /// </summary>
    public static SingularValues Of(Matrix matrix)
    {
        int count = matrix.Columns;
        Matrix columns = matrix.Transposed();
        Matrix turns = new(count, count);
        for (int i = 0; i < count; i++)
            turns[i, i] = 1;
        bool isDone = false;
        for (int sweep = 0; sweep < Sweeps && !isDone; sweep++)
        {
            isDone = true;
            for (int p = 0; p < count; p++)
                for (int q = p + 1; q < count; q++)
                    isDone &= !Turn(columns, turns, p, q);
        }
        return Sorted(columns, turns);
    }

    /// <summary>Turns rows p and q of both matrices so that those of the first are at a right angle; false where they are already.</summary>
    private static bool Turn(Matrix columns, Matrix turns, int p, int q)
    {
        double pp = Dot(columns, p, p), qq = Dot(columns, q, q), pq = Dot(columns, p, q);
        if (pq == 0 || Math.Abs(pq) <= Angle * Math.Sqrt(pp * qq))
            return false;
        double zeta = (qq - pp) / (2 * pq);
        double tangent = (zeta >= 0 ? 1 : -1) / (Math.Abs(zeta) + Math.Sqrt(1 + zeta * zeta));
        double cosine = 1 / Math.Sqrt(1 + tangent * tangent), sine = cosine * tangent;
        Rotate(columns, p, q, cosine, sine);
        Rotate(turns, p, q, cosine, sine);
        return true;
    }

    private static void Rotate(Matrix rows, int p, int q, double cosine, double sine)
    {
        for (int i = 0; i < rows.Columns; i++)
        {
            double x = rows[p, i], y = rows[q, i];
            rows[p, i] = cosine * x - sine * y;
            rows[q, i] = sine * x + cosine * y;
        }
    }

    private static double Dot(Matrix rows, int p, int q)
    {
        double sum = 0;
        for (int i = 0; i < rows.Columns; i++)
            sum += rows[p, i] * rows[q, i];
        return sum;
    }

    private static SingularValues Sorted(Matrix columns, Matrix turns)
    {
        double[] lengths = [.. Enumerable.Range(0, columns.Rows).Select(i => Math.Sqrt(Dot(columns, i, i)))];
        int[] order = [.. Enumerable.Range(0, lengths.Length).OrderByDescending(i => lengths[i])];
        Matrix left = new(columns.Columns, order.Length), right = new(turns.Columns, order.Length);
        for (int k = 0; k < order.Length; k++)
        {
            double length = lengths[order[k]];
            for (int i = 0; i < left.Rows; i++)
                left[i, k] = length > 0 ? columns[order[k], i] / length : 0;
            for (int i = 0; i < right.Rows; i++)
                right[i, k] = turns[order[k], i];
        }
        return new SingularValues(left, [.. order.Select(i => lengths[i])], right);
    }
}
