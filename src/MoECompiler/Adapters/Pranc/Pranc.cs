namespace MoECompiler.Adapters;

/// <summary>
/// The whole change of a weight is a combination of random matrices of its extents, W + sum_i a_i W_i: NOLA's forerunner, for comparison. The
/// matrices are drawn as they are needed, and the change has the memory of the weight.
/// Source: Nooralinejad et al., PRANC: Pseudo RAndom Networks for Compacting deep models, ICCV 2023.
/// </summary>
/// <param name="Basis">How many random matrices there are.</param>
/// <param name="Seed">What they are drawn from.</param>
public sealed record Pranc(int Basis, int Seed) : AdapterKind
{
    internal static Pranc Of(AdapterArguments arguments) => new(arguments.Integer("Basis", otherwise: 256, minimum: 1), arguments.Integer("Seed", otherwise: 0, minimum: 0));

    public override string Name => "Pranc";

    public override string SiteType => "PrancCoefficients";

    public override IEnumerable<(string Key, string Text)> Description => [("basis", Text($"{Basis}")), ("seed", Text($"{Seed}"))];

    public override IEnumerable<string> SiteArguments(AdapterSite site) => [SeededMatrices.Argument(Mix(site))];

    public override IReadOnlyList<EquatableArray<Value>> Prepare(GraphBuilder graph, EquatableArray<AdapterSite> sites, bool isTraining)
    {
        List<SeededMatrices> given = [.. sites.Select(site => new SeededMatrices(
            site, $"{site.Name}Matrix", Mix(site), site.Parameter(graph, "Coefficients", "pranc_alpha", new Initializer.Constant(0), [Basis])))];
        return [.. SeededMatrices.Make(graph, given).Select(static matrix => (EquatableArray<Value>)[matrix])];
    }

    public override (ScalarExpression Formula, Value[] Operands) Change(AdaptedProduct product, EquatableArray<Value> made) =>
        (Scalar.In(0) + Scalar.In(1), [product.Result, product.OfInput(made[0], $"{product.Name}Change")]);

    /// <summary>Each random matrix has the bound of a new linear weight, 1 / sqrt(In).</summary>
    private SeededMix Mix(AdapterSite site) => new(
        (ulong)Seed, SeededMatrices.Basis($"pranc {site.Out} {site.In}"), IsShared: true, site.Out, site.In, ScaleOf: site.In, OffsetOf: Size.Zero);
}
