namespace MoECompiler.Data;

/// <summary>What makes numbers of mean 0 and deviation 1: computed on training rows, applied to any rows.</summary>
public sealed class Standardization
{
    private readonly double[] _means;
    private readonly double[] _deviations;

    private Standardization(double[] means, double[] deviations)
    {
        _means = means;
        _deviations = deviations;
    }

    /// <summary>The mean of each element of a row.</summary>
    public IReadOnlyList<double> Means => _means;

    /// <summary>The standard deviation of each element of a row; 1 where it is 0.</summary>
    public IReadOnlyList<double> Deviations => _deviations;

    /// <summary>The means and deviations over the rows of a column; of no rows (0, 1).</summary>
    public static Standardization Of(FloatColumn training)
    {
        double[] means = new double[training.RowLength];
        double[] deviations = new double[training.RowLength];
        ReadOnlySpan<float> elements = training.Elements;
        for (int i = 0; i < elements.Length; i++)
            means[i % means.Length] += elements[i] / (double)training.Rows;
        for (int i = 0; i < elements.Length; i++)
        {
            double difference = elements[i] - means[i % means.Length];
            deviations[i % means.Length] += difference * difference / training.Rows;
        }
        for (int i = 0; i < deviations.Length; i++)
            deviations[i] = deviations[i] > 0 ? Math.Sqrt(deviations[i]) : 1;
        return new Standardization(means, deviations);
    }

    /// <summary>(x - mean) / deviation for each element.</summary>
    /// <exception cref="ShapeException">The rows are of another length.</exception>
    public FloatColumn Apply(FloatColumn column)
    {
        if (column.RowLength != _means.Length)
            throw new ShapeException(
                $"Column {Wording.Quote(column.Name)} has rows of {column.RowLength} elements; the means are of {_means.Length}.");
        float[] elements = new float[column.Elements.Length];
        for (int i = 0; i < elements.Length; i++)
            elements[i] = (float)((column.Elements[i] - _means[i % _means.Length]) / _deviations[i % _means.Length]);
        return new FloatColumn(column.Name, elements, column.Spec.RowExtents.ToArray());
    }
}
