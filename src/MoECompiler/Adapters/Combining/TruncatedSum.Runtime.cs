namespace MoECompiler;

/// <summary>
/// U sqrt(S) times sqrt(S) Vᵀ of the largest singular values: by Eckart and Young no change of the rank is nearer to the sum. The sum itself,
/// f64[Out, In], is never made: its singular values are those of a matrix as wide as the ranks together.
/// </summary>
internal sealed class TruncatedSum : AdapterCombination
{
    internal override string? Refusal(int rank, IReadOnlyList<int> ranks) => null;

    internal override void Combine(IReadOnlyList<WeightedFactors> parts, Matrix a, Matrix b)
    {
        int together = parts.Sum(static p => p.Rank);
        Matrix rows = new(together, a.Columns), columns = new(b.Rows, together);
        int first = 0;
        foreach (WeightedFactors part in parts)
        {
            for (int r = 0; r < part.Rank; r++)
            {
                for (int i = 0; i < a.Columns; i++)
                    rows[first + r, i] = part.A[r, i];
                for (int o = 0; o < b.Rows; o++)
                    columns[o, first + r] = part.Weight * part.B[o, r];
            }
            first += part.Rank;
        }

        // B A = (Qb Rb)(Qa Ra)ᵀ, so that the singular vectors are those of the small Rb Raᵀ, turned by the two Q.
        (Matrix qb, Matrix rb) = OrthogonalFactors.Of(columns);
        (Matrix qa, Matrix ra) = OrthogonalFactors.Of(rows.Transposed());
        SingularValues core = SingularValues.Of(rb.Times(ra.Transposed()));
        for (int r = 0; r < Math.Min(a.Rows, core.Values.Length); r++)
        {
            double root = Math.Sqrt(core.Values[r]);
            for (int k = 0; k < qb.Columns; k++)
                for (int o = 0; o < b.Rows; o++)
                    b[o, r] += root * qb[o, k] * core.Left[k, r];
            for (int k = 0; k < qa.Columns; k++)
                for (int i = 0; i < a.Columns; i++)
                    a[r, i] += root * qa[i, k] * core.Right[k, r];
        }
    }
}
