using MoECompiler.Checkpoints;

namespace MoECompiler;

/// <summary>How alike experts are: the cosine between all their weights, 1 for copies and near 0 for experts that have nothing in common.</summary>
public static class ExpertSimilarity
{
    /// <summary>The cosine of each pair, [i, j]: dot(E_i, E_j) / (|E_i| |E_j|).</summary>
    public static double[,] Pairs(IReadOnlyList<FeedForward> experts)
    {
        double[,] pairs = new double[experts.Count, experts.Count];
        for (int i = 0; i < experts.Count; i++)
        {
            for (int j = 0; j <= i; j++)
                pairs[i, j] = pairs[j, i] = Dot(experts[i], experts[j]);
        }
        double[] lengths = [.. Enumerable.Range(0, experts.Count).Select(i => Math.Sqrt(pairs[i, i]))];
        for (int i = 0; i < experts.Count; i++)
        {
            for (int j = 0; j < experts.Count; j++)
                pairs[i, j] /= lengths[i] * lengths[j];
        }
        return pairs;
    }

    /// <summary>The mean cosine of different experts.</summary>
    public static double Mean(IReadOnlyList<FeedForward> experts)
    {
        double[,] pairs = Pairs(experts);
        double sum = 0;
        for (int i = 0; i < experts.Count; i++)
        {
            for (int j = 0; j < i; j++)
                sum += pairs[i, j];
        }
        return sum / (experts.Count * (experts.Count - 1) / 2.0);
    }

    private static double Dot(FeedForward a, FeedForward b)
    {
        double sum = 0;
        foreach ((string part, Weight weight) in a.Parts)
        {
            ReadOnlySpan<float> x = weight.Elements, y = b.Parts[part].Elements;
            for (int i = 0; i < x.Length; i++)
                sum += (double)x[i] * y[i];
        }
        return sum;
    }
}
