namespace MoECompiler.Checkpoints;

/// <summary>
/// Matrices with zeroes in place of what matters least, of the same extents: before a training, or after one. <see cref="Training.GradualPruning.KeepsZeroes"/>
/// has a training go on with the zeroes where they are.
/// </summary>
/// <param name="Sparsity">The share that becomes 0, from 0 to below 1.</param>
public sealed record WeightPruning(double Sparsity)
{
    /// <summary>The smallest of the whole tensor. Source: Han et al., Learning both Weights and Connections for Efficient Neural Networks, NeurIPS 2015.</summary>
    public Weight ByMagnitude(Weight weight) => Prune(weight, rows: 1, static (_, x) => x);

    /// <summary>The smallest of each row, the outermost extent being the rows: each output keeps as many weights.</summary>
    public Weight ByMagnitudeOfRows(Weight weight) => Prune(weight, weight.Extents[0], static (_, x) => x);

    /// <summary>
    /// Of each row those with the smallest |w| |x|, with the length of the column of inputs that the weight is multiplied by. Source: Sun et al., A Simple and
    /// Effective Pruning Approach for Large Language Models (Wanda), ICLR 2024.
    /// </summary>
    /// <param name="weight">[Out, In]; of a convolution [Out, In, Kernel, Kernel].</param>
    /// <param name="inputs">The length of each column over some rows of data: <see cref="InputLengths"/>.</param>
    /// <exception cref="ArgumentException">There are not as many numbers as a row has weights.</exception>
    public Weight ByWanda(Weight weight, IReadOnlyList<double> inputs)
    {
        int columns = (int)(weight.Extents.Count / weight.Extents[0]);
        if (inputs.Count != columns)
            throw new ArgumentException($"{inputs.Count} lengths are none of the {columns} columns of {weight}.", nameof(inputs));
        return Prune(weight, weight.Extents[0], (column, x) => (float)(x * inputs[column]));
    }

    /// <summary>The length of each column of what comes into a matrix, f32[..., In]: the root of the sum of its squares.</summary>
    public static double[] InputLengths(ReadOnlySpan<float> rows, int columns)
    {
        if (columns < 1 || rows.Length % columns != 0)
            throw new ArgumentException($"{rows.Length} numbers are no rows of {columns}.", nameof(columns));
        double[] squares = new double[columns];
        for (int i = 0; i < rows.Length; i++)
            squares[i % columns] += (double)rows[i] * rows[i];
        return Array.ConvertAll(squares, Math.Sqrt);
    }

    /// <summary>The share of a tensor that is 0.</summary>
    public static double SparsityOf(Weight weight)
    {
        long zeroes = 0;
        foreach (float x in weight.Elements)
            zeroes += x == 0 ? 1 : 0;
        return (double)zeroes / weight.Elements.Length;
    }

    private Weight Prune(Weight weight, int rows, Func<int, float, float> score)
    {
        if (Sparsity is not (>= 0 and < 1))
            throw new ArgumentException($"A share of zeroes is from 0 to below 1, and not {Sparsity}.");
        int columns = weight.Elements.Length / rows;
        float[] scores = new float[columns];
        byte[] marks = new byte[weight.Elements.Length];
        for (int row = 0; row < rows; row++)
        {
            ReadOnlySpan<float> elements = weight.Elements.Slice(row * columns, columns);
            for (int i = 0; i < columns; i++)
                scores[i] = score(i, MathF.Abs(elements[i]));
            Smallest.Mark(scores, (int)Math.Round(Sparsity * columns), marks.AsSpan(row * columns, columns));
        }
        return weight.Map((x, i) => marks[i] != 0 ? 0 : x);
    }
}
