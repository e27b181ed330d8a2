namespace MoECompiler.Checkpoints;

/// <summary>Random numbers for the weights of one expert: a function of these, so that they are the same on every machine.</summary>
/// <param name="Seed">What all is drawn from.</param>
/// <param name="Layer">The number of the layer.</param>
/// <param name="Expert">The number of the expert in it.</param>
public readonly record struct ExpertDraw(ulong Seed, int Layer, int Expert)
{
    /// <summary>Sites apart from those of graphs and of initializers.</summary>
    private const int FirstSite = 1 << 30;

    /// <summary>U[0, 1) for each element of a tensor.</summary>
    /// <param name="place">Tells what is drawn from other things that are.</param>
    /// <param name="count">How many.</param>
    public float[] Uniform(int place, int count) => Fill(NoiseKind.Uniform, place, count);

    /// <summary>N(0, 1).</summary>
    /// <inheritdoc cref="Uniform"/>
    public float[] Normal(int place, int count) => Fill(NoiseKind.Normal, place, count);

    private float[] Fill(NoiseKind kind, int place, int count)
    {
        float[] numbers = new float[count];
        Distributions.Fill(kind, new RandomState(Seed, Expert, Layer), FirstSite + place, numbers);
        return numbers;
    }
}
