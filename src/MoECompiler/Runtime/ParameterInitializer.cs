namespace MoECompiler;

/// <summary>How a new parameter is filled, with its numbers computed from the bound sizes.</summary>
public readonly record struct ParameterInitializer
{
    private ParameterInitializer(ParameterDistribution distribution, float scale, float middle = 0)
    {
        Distribution = distribution;
        Scale = scale;
        Middle = middle;
    }

    public ParameterDistribution Distribution { get; }

    /// <summary>The constant, the bound or the standard deviation.</summary>
    public float Scale { get; }

    /// <summary>What numbers of a uniform distribution lie around.</summary>
    public float Middle { get; }

    /// <summary>All elements are <paramref name="value"/>.</summary>
    public static ParameterInitializer Constant(float value) => new(ParameterDistribution.Constant, value);

    /// <summary>U(-bound, bound).</summary>
    public static ParameterInitializer Uniform(float bound) => new(ParameterDistribution.Uniform, bound);

    /// <summary>U(low, high).</summary>
    public static ParameterInitializer Uniform(float low, float high) => new(ParameterDistribution.Uniform, (high - low) / 2, (low + high) / 2);

    /// <summary>N(0, deviation squared).</summary>
    public static ParameterInitializer Normal(float deviation) => new(ParameterDistribution.Normal, deviation);

    /// <summary>Fills a parameter's elements from <paramref name="first"/> on with numbers drawn at <paramref name="site"/>.</summary>
    internal void Fill(Span<float> elements, RandomState random, int site, long first)
    {
        switch (Distribution)
        {
            case ParameterDistribution.Constant:
                elements.Fill(Scale);
                break;
            case ParameterDistribution.Uniform:
                Distributions.Fill(NoiseKind.Uniform, random, site, elements, first);
                foreach (ref float element in elements)
                    element = (2 * element - 1) * Scale + Middle;
                break;
            case ParameterDistribution.Normal:
                Distributions.Fill(NoiseKind.Normal, random, site, elements, first);
                foreach (ref float element in elements)
                    element *= Scale;
                break;
        }
    }
}

/// <summary>What the elements of a new parameter are drawn from.</summary>
public enum ParameterDistribution
{
    Constant,
    Uniform,
    Normal,
}
