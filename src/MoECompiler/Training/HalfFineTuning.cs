namespace MoECompiler.Training;

/// <summary>
/// Trains one half of a model's matrices at a time: in each round another one, drawn by a seed, while the other half stays as it is. What is not
/// trained in a round has no state of the optimizer, and no gradient of its own: its derivatives are overwritten as they are made.
/// </summary>
/// <remarks>
/// Within a category half of the matrices are drawn; of an odd number one more or one less, so that half of all are trained, give or take one. A
/// category is what is declared in one place: the linear layers of a class are one, and so are the weights of a layer of experts. Vectors, such as
/// biases and norms, are categories of their own. Stacked layers are one matrix: a round trains it in all layers, or in none. A round begins with a
/// state of zeroes. Source: Hui et al., HFT: Half Fine-Tuning for Large Language Models, 2024.
/// </remarks>
public sealed record HalfFineTuning : TrainingRounds
{
    /// <summary>The site of <see cref="Philox"/> for draws.</summary>
    private const int Site = -5;

    /// <summary>What is trained in each round, such as an embedding and a head; null for nothing. It counts to no half.</summary>
    public ParameterGroup? Always { get; init; }

    /// <summary>For checkpoints: what cannot change when a training is resumed.</summary>
    internal override string Description => $"half of it, by seed {Seed}, {RoundSteps} steps a round{(Always is null ? "" : $", always {Always.Description}")}";

    /// <inheritdoc/>
    public override IReadOnlyList<Parameter> Choose(IEnumerable<Parameter> parameters, long round)
    {
        Parameter[] all = [.. parameters];
        HashSet<Parameter> chosen = [.. all.Where(IsAlways)];
        Parameter[][] categories = [.. all.Where(parameter => !IsAlways(parameter)).GroupBy(Category).Select(static category => category.ToArray())];
        RandomState random = new(Seed, round);
        int draws = 0;
        // Odd categories round up and down by turns, in an order of their own.
        int[] odd = Order(Enumerable.Range(0, categories.Length).Where(c => categories[c].Length % 2 == 1));
        for (int c = 0; c < categories.Length; c++)
        {
            int turn = Array.IndexOf(odd, c);
            int count = categories[c].Length / 2 + (turn >= 0 && turn % 2 == 0 ? 1 : 0);
            chosen.UnionWith(Order(categories[c]).Take(count));
        }
        return [.. all.Where(chosen.Contains)];

        T[] Order<T>(IEnumerable<T> items) => Shuffle(items, random, Site, ref draws);
    }

    private bool IsAlways(Parameter parameter) => Always is { } always && always.Contains(parameter);

    /// <summary>Where a parameter is declared, without the linear layer or norm that it is the weight of, and whether it is a matrix in each layer.</summary>
    private static (string Place, bool IsMatrix) Category(Parameter parameter)
    {
        string[] path = parameter.Path.Split('.');
        int inner = path[^1] is "Weight" or "Bias" ? 2 : 1;
        return (string.Join('.', path.SkipLast(inner)), parameter.Extents.Rank - (parameter.Layers > 0 ? 1 : 0) > 1);
    }
}
