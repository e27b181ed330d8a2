namespace MoECompiler.Adapters;

/// <summary>
/// Direction and magnitude apart: W acts as m * V / |V| with V = W + Scale * B A, the norm being that of each row and m trained. What is trained
/// is how far m is from |W|, so that a new adapter changes no bit on any device.
/// Source: Liu et al., DoRA: Weight-Decomposed Low-Rank Adaptation, ICML 2024.
/// </summary>
/// <param name="Rank">The rows of A and the columns of B.</param>
/// <param name="Scale">What the product of the factors is multiplied by.</param>
/// <param name="IsRankStabilized">The scale is Alpha over the root of the rank.</param>
/// <param name="DetachesNorm">The norm |V| is a constant to the gradients of A and B, as in PEFT and in the paper's section 4.3.</param>
public sealed record Dora(int Rank, float Scale, bool IsRankStabilized, bool DetachesNorm) : AdapterKind
{
    /// <summary>A row of zeroes has this for the square of its norm.</summary>
    internal const float LeastSquare = 1e-24f;

    internal static Dora Of(AdapterArguments arguments)
    {
        int rank = arguments.Integer("Rank", otherwise: 8, minimum: 1);
        bool isStabilized = arguments.Flag("RankStabilized");
        return new Dora(rank, arguments.Scale(rank, isStabilized), isStabilized, arguments.Flag("DetachNorm"));
    }

    public override string Name => "Dora";

    public override bool IsInPeft => true;

    public override string SiteType => "DoraFactors";

    public override IEnumerable<(string Key, string Text)> Description => [("rank", Text($"{Rank}")), ("scale", Text(Scale))];

    public override IEnumerable<string> SiteArguments(AdapterSite site) =>
        [$"Scale: {ScalarExpression.Constant.Text(Scale)}", $"IsRankStabilized: {(IsRankStabilized ? "true" : "false")}"];

    public override IReadOnlyList<EquatableArray<Value>> Prepare(GraphBuilder graph, EquatableArray<AdapterSite> sites, bool isTraining) =>
        [.. sites.Select(site => Prepare(graph, site))];

    public override (ScalarExpression Formula, Value[] Operands) Change(AdaptedProduct product, EquatableArray<Value> made)
    {
        Value gain = product.Spread(made[2], product.Result, $"{product.Name}Gain");
        return ((Scalar.In(0) + Scalar.In(1)) * Scalar.In(2), [product.Result, product.LowRank(made[0], made[1], Scale), gain]);
    }

    private EquatableArray<Value> Prepare(GraphBuilder graph, AdapterSite site)
    {
        (Value a, Value b) = Lora.Factors(graph, site, Rank);
        Value change = site.Parameter(graph, "Magnitude", "dora_magnitude", new Initializer.Constant(0), [site.Out]);
        Value weight = site.Matrices(graph);
        Value before = graph.Add(new SquaredNorm(), $"{site.Name}Squares", weight);
        Value after = SquareOfSum(graph, site, before, weight, a, b);
        if (DetachesNorm)
            after = graph.Add(new Detach(), $"{site.Name}Norm", after);
        ScalarExpression gain = (Root(Scalar.In(0)) + Scalar.In(1)) / Root(Scalar.In(2));
        return [a, b, graph.Elementwise(gain, [before, change, after], $"{site.Name}Gain")];
    }

    /// <summary>
    /// |W + s B A|^2 of each row without a matrix of the weight's extents: |W|^2 + 2 s b (W Aᵀ)ᵀ + s^2 b (A Aᵀ) bᵀ, b being the row of B.
    /// </summary>
    private Value SquareOfSum(GraphBuilder graph, AdapterSite site, Value before, Value weight, Value a, Value b)
    {
        string name = site.Name;
        Value across = graph.BatchMatMul(weight, a, false, true, $"{name}Across");
        Value square = graph.BatchMatMul(b, graph.BatchMatMul(a, a, false, true, $"{name}Gram"), false, false, $"{name}Square");
        ScalarExpression both = (2 * Scale * Scalar.In(0) + Scale * Scale * Scalar.In(1)) * Scalar.In(2);
        Value sum = graph.Reduce(Reduction.Sum, graph.Elementwise(both, [across, square, b], $"{name}Both"), [b.Type.Rank - 1], $"{name}Sum");
        return graph.Add(before, sum, $"{name}After");
    }

    private static ScalarExpression Root(ScalarExpression square) => Scalar.Sqrt(Scalar.Max(square, Scalar.Constant(LeastSquare)));
}
