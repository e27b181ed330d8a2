namespace MoECompiler.Checkpoints;

/// <summary>A tensor of floats in the host's memory, for transformations of checkpoints: row-major, and changed by nobody once it is made.</summary>
public sealed class Weight
{
    private readonly float[] _elements;

    /// <exception cref="ShapeException">The extents have another number of elements.</exception>
    public Weight(Extents extents, float[] elements)
    {
        if (extents.Count != elements.Length)
            throw new ShapeException($"{extents} has {extents.Count:N0} elements, not {elements.Length:N0}.");
        Extents = extents;
        _elements = elements;
    }

    public Extents Extents { get; }

    public ReadOnlySpan<float> Elements => _elements;

    internal ReadOnlyMemory<float> Memory => _elements;

    /// <summary>The mean of the elements.</summary>
    public double Mean => _elements.Sum(static x => (double)x) / _elements.Length;

    /// <summary>The standard deviation of the elements around their mean.</summary>
    public double Deviation
    {
        get
        {
            double mean = Mean;
            return Math.Sqrt(_elements.Sum(x => (x - mean) * (x - mean)) / _elements.Length);
        }
    }

    /// <summary>Index <paramref name="index"/> of the outermost extent.</summary>
    public Weight At(int index)
    {
        int count = _elements.Length / Extents[0];
        return new Weight(new Extents(Extents.ToArray().AsSpan(1)), _elements.AsSpan(index * count, count).ToArray());
    }

    /// <summary>Tensors of one shape, one after another along a new outermost extent.</summary>
    /// <exception cref="ShapeException">They have several shapes.</exception>
    public static Weight Stack(IReadOnlyList<Weight> weights)
    {
        foreach (Weight weight in weights)
            weight.Require(weights[0].Extents, "a stacked tensor");
        return new Weight(weights[0].Extents.After(weights.Count), [.. weights.SelectMany(static weight => weight._elements)]);
    }

    /// <summary>Some indices of an axis, in the order in which they are named.</summary>
    public Weight Take(int axis, ReadOnlySpan<int> indices)
    {
        int[] extents = Extents.ToArray();
        (int outer, int extent, int inner) = (Product(extents.AsSpan(0, axis)), extents[axis], Product(extents.AsSpan(axis + 1)));
        float[] taken = new float[outer * indices.Length * inner];
        for (int o = 0; o < outer; o++)
        {
            for (int i = 0; i < indices.Length; i++)
                _elements.AsSpan((o * extent + indices[i]) * inner, inner).CopyTo(taken.AsSpan((o * indices.Length + i) * inner));
        }
        extents[axis] = indices.Length;
        return new Weight(new Extents(extents), taken);
    }

    /// <summary>A tensor of the same shape.</summary>
    public Weight Map(Func<float, int, float> change) => new(Extents, [.. _elements.Select(change)]);

    /// <summary>The sum of tensors of one shape, each times a number.</summary>
    /// <exception cref="ShapeException">They have several shapes.</exception>
    public static Weight Combine(IReadOnlyList<Weight> weights, IReadOnlyList<double> factors)
    {
        double[] sums = new double[weights[0]._elements.Length];
        for (int i = 0; i < weights.Count; i++)
        {
            weights[i].Require(weights[0].Extents, "a summand");
            for (int j = 0; j < sums.Length; j++)
                sums[j] += factors[i] * weights[i]._elements[j];
        }
        return new Weight(weights[0].Extents, Array.ConvertAll(sums, static sum => (float)sum));
    }

    /// <exception cref="ShapeException">The extents are others.</exception>
    internal void Require(Extents expected, string what)
    {
        if (!Extents.Equals(expected))
            throw new ShapeException($"{what} should be {expected} and is {Extents}.");
    }

    public override string ToString() => Extents.ToString();

    private static int Product(ReadOnlySpan<int> extents)
    {
        int product = 1;
        foreach (int extent in extents)
            product *= extent;
        return product;
    }
}
