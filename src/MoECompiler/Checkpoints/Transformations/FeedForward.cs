namespace MoECompiler.Checkpoints;

/// <summary>
/// A feed-forward network: a dense one, or an expert. Its tensors by what they are: <c>up.weight</c> [Inner, Width], <c>down.weight</c>
/// [Width, Inner], <c>gate.weight</c>, and biases; experts of other kinds have others.
/// </summary>
public sealed class FeedForward
{
    private const string UpWeight = "up.weight";
    private const string DownWeight = "down.weight";
    private const string DownBias = "down.bias";

    private readonly SortedDictionary<string, Weight> _parts;

    /// <exception cref="ShapeException">The matrices do not fit each other.</exception>
    public FeedForward(IReadOnlyDictionary<string, Weight> parts)
    {
        _parts = new SortedDictionary<string, Weight>(parts.ToDictionary(), StringComparer.Ordinal);
        if (!parts.TryGetValue(UpWeight, out Weight? up) || !parts.TryGetValue(DownWeight, out Weight? down) || up.Extents.Rank != 2)
            return;
        down.Require(new Extents(up.Extents[1], up.Extents[0]), DownWeight);
        if (parts.TryGetValue("gate.weight", out Weight? gate))
            gate.Require(up.Extents, "gate.weight");
    }

    /// <summary>In order of their names.</summary>
    public IReadOnlyDictionary<string, Weight> Parts => _parts;

    /// <summary>[Inner, Width].</summary>
    public Weight Up => _parts[UpWeight];

    /// <summary>[Width, Inner].</summary>
    public Weight Down => _parts[DownWeight];

    /// <summary>The neurons between the matrices.</summary>
    public int Inner => Up.Extents[0];

    /// <summary>The columns of what comes in and goes out.</summary>
    public int Width => Up.Extents[1];

    /// <summary>Which axis of a tensor is that of the neurons; null for the bias of the sum over them.</summary>
    internal static int? InnerAxis(string part) => part switch
    {
        DownWeight => 1,
        DownBias => null,
        _ => 0,
    };

    /// <summary>A network whose tensors are made of this one's, by name.</summary>
    public FeedForward Map(Func<string, Weight, Weight> change) => new(_parts.ToDictionary(part => part.Key, part => change(part.Key, part.Value)));

    /// <summary>The sum of networks of one shape, each times a number, tensor by tensor.</summary>
    /// <exception cref="ShapeException">They have several shapes.</exception>
    public static FeedForward Combine(IReadOnlyList<FeedForward> networks, IReadOnlyList<double> factors) =>
        networks[0].Map((part, _) => Weight.Combine([.. networks.Select(network => network._parts[part])], factors));

    /// <summary>
    /// The network of some neurons. What it puts out is their part of the sum: networks of all neurons, each in one of them, add up to this one
    /// where the bias of the sum is in one alone or divided among them.
    /// </summary>
    /// <param name="neurons">From 0 to below <see cref="Inner"/>.</param>
    /// <param name="bias">What the bias of the sum is multiplied by.</param>
    public FeedForward Neurons(ReadOnlySpan<int> neurons, double bias = 1)
    {
        int[] taken = neurons.ToArray();
        FeedForward some = Map((part, weight) => InnerAxis(part) is { } axis ? weight.Take(axis, taken) : weight);
        return bias == 1 ? some : some.WithBias(bias);
    }

    /// <summary>The network with the bias of its sum multiplied.</summary>
    public FeedForward WithBias(double factor) => Map((part, weight) => part == DownBias ? weight.Map((x, _) => (float)(x * factor)) : weight);

    /// <summary>Networks side by side: one whose result is the sum of theirs.</summary>
    public static FeedForward Join(IReadOnlyList<FeedForward> networks) => networks[0].Map((part, _) =>
    {
        Weight[] all = [.. networks.Select(network => network._parts[part])];
        return InnerAxis(part) switch
        {
            0 => JoinRows(all),
            1 => JoinColumns(all),
            _ => Weight.Combine(all, [.. all.Select(static _ => 1.0)]),
        };
    });

    private static Weight JoinRows(Weight[] weights)
    {
        int[] extents = weights[0].Extents.ToArray();
        extents[0] = weights.Sum(static weight => weight.Extents[0]);
        return new Weight(new Extents(extents), [.. weights.SelectMany(static weight => weight.Elements.ToArray())]);
    }

    private static Weight JoinColumns(Weight[] weights)
    {
        int rows = weights[0].Extents[0];
        List<float> elements = [];
        for (int row = 0; row < rows; row++)
        {
            foreach (Weight weight in weights)
                elements.AddRange(weight.Elements.Slice(row * weight.Extents[1], weight.Extents[1]));
        }
        return new Weight(new Extents(rows, weights.Sum(static weight => weight.Extents[1])), [.. elements]);
    }
}
