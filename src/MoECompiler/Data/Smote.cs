namespace MoECompiler.Data;

/// <summary>Makes rows of rare classes: each lies at random between a row and one of its nearest neighbours of the same class.</summary>
/// <remarks>
/// x = a + u (b - a), a the class's rows in turn, b one of its nearest rows by Euclid's distance, u from 0 to below 1. Source: Chawla et al., SMOTE:
/// Synthetic Minority Over-sampling Technique, JAIR 2002.
/// </remarks>
public static class Smote
{
    /// <summary>The site of <see cref="Philox"/> that neighbours and places are drawn from.</summary>
    private const int Site = -4;

    /// <summary>The rows of the data, then made ones, until each class has as many as the largest.</summary>
    /// <param name="data">With two columns: vectors of floats and the labels. A label below 0 is no class.</param>
    /// <param name="features">The column of floats; standardized, as distances compare its elements.</param>
    /// <param name="labels">The column of classes, one integer a row.</param>
    /// <param name="neighbors">How many of the nearest rows are chosen from.</param>
    /// <param name="seed">What is drawn from.</param>
    /// <exception cref="ArgumentException">There are other columns, or these are not of floats and of single integers.</exception>
    public static Dataset Balance(Dataset data, string features, string labels, int neighbors = 5, ulong seed = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(neighbors);
        if (data.Columns.Count != 2 || data[features] is not FloatColumn vectors || data[labels] is not IntegerColumn { RowLength: 1 } classes)
            throw new ArgumentException("Rows can be made where the data have a column of floats and one of single integers, and no other.", nameof(data));
        int[][] rowsOf = ClassRows.Of(classes.Elements);
        int most = rowsOf.Max(static rows => rows.Length);
        List<float> elements = [.. vectors.Elements];
        List<int> made = [.. classes.Elements];
        for (int label = 0; label < rowsOf.Length; label++)
        {
            if (rowsOf[label].Length > 0 && rowsOf[label].Length < most)
                Fill(vectors, rowsOf[label], most - rowsOf[label].Length, neighbors, new RandomState(seed, Step: label), elements);
            made.AddRange(Enumerable.Repeat(label, rowsOf[label].Length == 0 ? 0 : most - rowsOf[label].Length));
        }
        FloatColumn allVectors = new(features, [.. elements], vectors.Spec.RowExtents.ToArray());
        IntegerColumn allClasses = new(labels, [.. made]);
        return data.Columns[0] == vectors ? new Dataset(allVectors, allClasses) : new Dataset(allClasses, allVectors);
    }

    private static void Fill(FloatColumn vectors, int[] rows, int count, int neighbors, RandomState random, List<float> elements)
    {
        int[][] nearest = [.. rows.Take(count).Select(row => Nearest(vectors, rows, row, neighbors))];
        for (int i = 0; i < count; i++)
        {
            int from = i % rows.Length;
            int[] choice = nearest[from];
            // A class of one row has no neighbours: it is repeated.
            int to = choice.Length == 0 ? rows[from] : choice[(int)(((ulong)Philox.Word(random, Site, 2L * i) * (ulong)choice.Length) >> 32)];
            float share = Distributions.Uniform(Philox.Word(random, Site, 2L * i + 1));
            ReadOnlySpan<float> a = RowOf(vectors, rows[from]), b = RowOf(vectors, to);
            for (int k = 0; k < a.Length; k++)
                elements.Add(a[k] + share * (b[k] - a[k]));
        }
    }

    private static int[] Nearest(FloatColumn vectors, int[] rows, int row, int count)
        => [.. rows.Where(other => other != row).OrderBy(other => Distance(RowOf(vectors, row), RowOf(vectors, other))).Take(count)];

    private static double Distance(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++)
            sum += ((double)a[i] - b[i]) * ((double)a[i] - b[i]);
        return sum;
    }

    private static ReadOnlySpan<float> RowOf(FloatColumn column, int row) => column.Elements.Slice(row * column.RowLength, column.RowLength);
}
