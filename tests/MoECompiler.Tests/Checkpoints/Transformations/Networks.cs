using MoECompiler.Checkpoints;
using Xunit;

namespace MoECompiler.Tests.Checkpoints;

/// <summary>Networks to transform, and what they compute.</summary>
internal static class Networks
{
    public static FeedForward New(int width, int inner, int seed)
    {
        Random random = new(seed);
        return new FeedForward(new Dictionary<string, Weight>
        {
            ["up.weight"] = Tensor(random, inner, width),
            ["up.bias"] = Tensor(random, inner),
            ["down.weight"] = Tensor(random, width, inner),
            ["down.bias"] = Tensor(random, width),
        });
    }

    public static Weight Tensor(Random random, params int[] extents)
    {
        Extents shape = new(extents);
        return new Weight(shape, [.. Enumerable.Range(0, (int)shape.Count).Select(_ => random.NextSingle() - 0.5f)]);
    }

    /// <summary>down(relu(up(x))), in double precision.</summary>
    public static double[] Run(FeedForward network, float[] x)
    {
        double[] inner = Affine(network, "up", [.. x.Select(static a => (double)a)]);
        return Affine(network, "down", [.. inner.Select(static a => Math.Max(a, 0))]);
    }

    public static void Same(FeedForward expected, FeedForward found)
    {
        foreach ((string part, Weight weight) in expected.Parts)
            Assert.Equal(weight.Elements.ToArray(), found.Parts[part].Elements.ToArray());
    }

    private static double[] Affine(FeedForward network, string name, double[] x)
    {
        Weight matrix = network.Parts[$"{name}.weight"], bias = network.Parts[$"{name}.bias"];
        double[] y = new double[matrix.Extents[0]];
        for (int row = 0; row < y.Length; row++)
        {
            y[row] = bias.Elements[row];
            for (int column = 0; column < x.Length; column++)
                y[row] += matrix.Elements[row * x.Length + column] * x[column];
        }
        return y;
    }
}
