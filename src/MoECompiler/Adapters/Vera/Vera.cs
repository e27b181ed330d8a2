namespace MoECompiler.Adapters;

/// <summary>
/// B A of two random matrices that are never stored and that weights of a shape have in common, with a trained vector beside each:
/// diag(b) B diag(d) A. Source: Kopiczko et al., VeRA: Vector-based Random Matrix Adaptation, ICLR 2024.
/// </summary>
/// <param name="Rank">The rows of A and the columns of B.</param>
/// <param name="Seed">What A and B are drawn from.</param>
public sealed record Vera(int Rank, int Seed) : LowRankKind(Rank, Scale: 1)
{
    /// <summary>What the vector d begins as, in the paper and in PEFT.</summary>
    private const float Beginning = 0.1f;

    internal static Vera Of(AdapterArguments arguments) => new(arguments.Integer("Rank", otherwise: 256, minimum: 1), arguments.Integer("Seed", otherwise: 0, minimum: 0));

    public override string Name => "Vera";

    public override string SiteType => "VeraFactors";

    public override IEnumerable<(string Key, string Text)> Description => [.. base.Description, ("seed", Text($"{Seed}"))];

    public override IEnumerable<string> SiteArguments(AdapterSite site) =>
        [SeededMatrices.Argument(Matrix("A", Rank, site.In)), SeededMatrices.Argument(Matrix("B", site.Out, Rank))];

    public override IReadOnlyList<(Value A, Value B)> Factors(GraphBuilder graph, EquatableArray<AdapterSite> sites, bool isTraining) =>
    [
        .. sites.Select(site =>
        (
            Scaled(graph, site.Parameter(graph, "D", "vera_lambda_d", new Initializer.Constant(Beginning), [Rank]), Matrix("A", Rank, site.In), $"{site.Name}A"),
            Scaled(graph, site.Parameter(graph, "B", "vera_lambda_b", new Initializer.Constant(0), [site.Out]), Matrix("B", site.Out, Rank), $"{site.Name}B")
        )),
    ];

    /// <summary>A matrix whose rows are multiplied by a vector's elements, for each of the vectors.</summary>
    private static Value Scaled(GraphBuilder graph, Value vectors, SeededMix matrix, string name)
    {
        // Kaiming's bound for uniform numbers, sqrt(6 / In), of which the mix divides by the root of In.
        Value one = graph.Add(new Fill((float)Math.Sqrt(6), [Size.One, Size.One]), $"{name}Bound");
        Value drawn = graph.Reshape(graph.Add(matrix, $"{name}Drawn", one), [matrix.Rows, matrix.Columns], $"{name}Matrix");
        Value column = graph.Reshape(vectors, [.. vectors.Type.Shape, Size.One], $"{name}Column");
        return graph.Multiply(column, drawn, name);
    }

    private SeededMix Matrix(string factor, Size rows, Size columns) => new(
        (ulong)Seed, SeededMatrices.Basis($"vera.{factor} {rows} {columns}"), IsShared: true, rows, columns, ScaleOf: columns, OffsetOf: Size.Zero);
}
