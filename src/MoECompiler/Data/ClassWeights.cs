namespace MoECompiler.Data;

/// <summary>Weights by which classes that have unlike numbers of rows count alike.</summary>
public static class ClassWeights
{
    /// <summary>rows / (classes count) for each class, of which a row's weight is 1 on average; 0 for a class without rows.</summary>
    /// <remarks>Source: King and Zeng, Logistic Regression in Rare Events Data, 2001.</remarks>
    /// <param name="labels">From 0 to below <paramref name="classes"/>; one below 0 is left out.</param>
    /// <param name="classes">How many classes.</param>
    /// <exception cref="ArgumentException">A label is not below the number of classes.</exception>
    public static float[] Balanced(ReadOnlySpan<int> labels, int classes)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(classes);
        int[] counts = new int[classes];
        foreach (int label in labels)
        {
            if (label >= classes)
                throw new ArgumentException($"There is a label {label} and {classes} classes.", nameof(labels));
            if (label >= 0)
                counts[label]++;
        }
        double rows = counts.Sum(static count => (double)count);
        return Array.ConvertAll(counts, count => count == 0 ? 0 : (float)(rows / ((double)classes * count)));
    }

    /// <summary>The weight of each row's class; 0 for a label below 0. For <see cref="RowSampler.Weighted"/>, or a column for a loss.</summary>
    /// <param name="labels">From 0 to below the number of weights.</param>
    /// <param name="weights">One for each class.</param>
    /// <exception cref="ArgumentException">A label has no weight.</exception>
    public static float[] OfRows(ReadOnlySpan<int> labels, ReadOnlySpan<float> weights)
    {
        float[] rows = new float[labels.Length];
        for (int i = 0; i < rows.Length; i++)
        {
            if (labels[i] >= weights.Length)
                throw new ArgumentException($"The label of row {i:N0} is {labels[i]}, and there are {weights.Length} weights.", nameof(labels));
            rows[i] = labels[i] < 0 ? 0 : weights[labels[i]];
        }
        return rows;
    }
}
