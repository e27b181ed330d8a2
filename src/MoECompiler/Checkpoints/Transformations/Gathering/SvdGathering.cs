namespace MoECompiler.Checkpoints;

/// <summary>
/// Of each matrix the sum over experts of its nearest matrix of rank R / Experts, R the smaller of its extents: U_e S_e V_eᵀ of the largest singular
/// values. Biases are averaged.
/// </summary>
public sealed record SvdGathering : KnowledgeGathering
{
    public override FeedForward Gather(IReadOnlyList<FeedForward> experts) => experts[0].Map((part, first) =>
    {
        Weight[] all = [.. experts.Select(expert => expert.Parts[part])];
        if (first.Extents.Rank != 2)
            return Weight.Combine(all, [.. all.Select(_ => 1.0 / all.Length)]);
        int rank = Share(Math.Min(first.Extents[0], first.Extents[1]), experts.Count);
        return Weight.Combine([.. all.Select(weight => Nearest(weight, rank))], [.. all.Select(static _ => 1.0)]);
    });

    private static Weight Nearest(Weight weight, int rank)
    {
        (int rows, int columns) = (weight.Extents[0], weight.Extents[1]);
        Matrix matrix = Matrix.Of(weight.Elements, 0, rows, columns);
        // Fewer columns are fewer rotations.
        bool isTurned = columns > rows;
        SingularValues values = SingularValues.Of(isTurned ? matrix.Transposed() : matrix);
        Matrix scaled = new(values.Left.Rows, rank), right = new(rank, values.Right.Rows);
        for (int k = 0; k < rank; k++)
        {
            for (int i = 0; i < scaled.Rows; i++)
                scaled[i, k] = values.Left[i, k] * values.Values[k];
            for (int i = 0; i < right.Columns; i++)
                right[k, i] = values.Right[i, k];
        }
        Matrix nearest = scaled.Times(right);
        float[] elements = new float[rows * columns];
        (isTurned ? nearest.Transposed() : nearest).CopyTo(elements, 0);
        return new Weight(weight.Extents, elements);
    }
}
