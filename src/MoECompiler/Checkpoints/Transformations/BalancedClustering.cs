using MoECompiler.Ops;

namespace MoECompiler.Checkpoints;

/// <summary>
/// Makes groups of one size of a network's neurons by balanced k-means: each neuron is the direction of its row of the first matrix, of that of the gate
/// where there is one; all are assigned to the nearest centers that have room, such that the cosines add up to nearly the most, and centers become the
/// mean directions of what they have, until nothing changes.
/// </summary>
/// <param name="Experts">How many groups; they divide the neurons.</param>
/// <remarks>
/// The assignment is that of <see cref="BalancedExperts"/>. The same seed gives the same groups on every machine. Sources: Zhang et al., MoEfication, ACL
/// Findings 2022; Malinen and Fränti, Balanced K-Means for Clustering, 2014.
/// </remarks>
public sealed record BalancedClustering(int Experts)
{
    /// <summary>The most rounds.</summary>
    public int Rounds { get; init; } = 50;

    /// <summary>What the first centers are drawn from.</summary>
    public ulong Seed { get; init; }

    /// <summary>The groups of a network's neurons.</summary>
    /// <exception cref="ShapeException">The neurons cannot be divided so.</exception>
    public NeuronClusters Of(FeedForward dense)
    {
        if (Experts < 1 || dense.Inner % Experts != 0)
            throw new ShapeException($"{dense.Inner} neurons cannot be divided among {Experts} experts.");
        Weight rows = dense.Parts.TryGetValue("gate.weight", out Weight? gate) ? gate : dense.Up;
        (int neurons, int width) = (dense.Inner, dense.Width);
        float[] directions = rows.Elements.ToArray();
        for (int neuron = 0; neuron < neurons; neuron++)
            Normalize(directions.AsSpan(neuron * width, width));

        float[] centers = FirstCenters(directions, neurons, width);
        int[] assigned = new int[neurons];
        Array.Fill(assigned, -1);
        for (int round = 0; round < Rounds; round++)
        {
            int[] next = Assign(directions, centers, neurons, width);
            if (next.AsSpan().SequenceEqual(assigned))
                break;
            assigned = next;
            centers = Means(directions, assigned, width);
        }
        int[][] members = [.. Enumerable.Range(0, Experts).Select(expert => Enumerable.Range(0, neurons).Where(neuron => assigned[neuron] == expert).ToArray())];
        return new NeuronClusters(members, new Weight(new Extents(Experts, width), centers));
    }

    /// <summary>
    /// Neurons drawn one by one, each the likelier the farther it is from the nearest so far. Source: Arthur and Vassilvitskii, k-means++, SODA 2007.
    /// </summary>
    private float[] FirstCenters(float[] directions, int neurons, int width)
    {
        float[] drawn = new ExpertDraw(Seed, 0, 0).Uniform(0, Experts), centers = new float[Experts * width];
        double[] distances = new double[neurons];
        Array.Fill(distances, 1);
        for (int expert = 0; expert < Experts; expert++)
        {
            double left = drawn[expert] * distances.Sum();
            int chosen = 0;
            for (; chosen < neurons - 1 && left >= distances[chosen]; chosen++)
                left -= distances[chosen];
            ReadOnlySpan<float> center = directions.AsSpan(chosen * width, width);
            center.CopyTo(centers.AsSpan(expert * width));
            for (int neuron = 0; neuron < neurons; neuron++)
                distances[neuron] = Math.Min(distances[neuron], Math.Max(0, 1 - Dot(directions.AsSpan(neuron * width, width), center)));
        }
        return centers;
    }

    private int[] Assign(float[] directions, float[] centers, int neurons, int width)
    {
        float[] cosines = new float[neurons * Experts];
        for (int neuron = 0; neuron < neurons; neuron++)
        {
            for (int expert = 0; expert < Experts; expert++)
                cosines[neuron * Experts + expert] = (float)Dot(directions.AsSpan(neuron * width, width), centers.AsSpan(expert * width, width));
        }
        using CpuDevice cpu = new(1);
        View<int> assigned = cpu.New<int>(neurons, 1);
        Kernels.BalancedExperts(cpu, cpu.Upload(cosines, neurons, Experts), assigned);
        return assigned.ToArray();
    }

    private float[] Means(float[] directions, int[] assigned, int width)
    {
        float[] centers = new float[Experts * width];
        for (int neuron = 0; neuron < assigned.Length; neuron++)
        {
            for (int i = 0; i < width; i++)
                centers[assigned[neuron] * width + i] += directions[neuron * width + i];
        }
        for (int expert = 0; expert < Experts; expert++)
            Normalize(centers.AsSpan(expert * width, width));
        return centers;
    }

    /// <summary>To a length of 1; a row of zeroes stays one.</summary>
    private static void Normalize(Span<float> row)
    {
        double length = Math.Sqrt(Dot(row, row));
        for (int i = 0; i < row.Length && length > 0; i++)
            row[i] = (float)(row[i] / length);
    }

    private static double Dot(ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        double sum = 0;
        for (int i = 0; i < left.Length; i++)
            sum += (double)left[i] * right[i];
        return sum;
    }
}
