namespace MoECompiler.Adapters;

/// <summary>
/// Each output of a weight's product is multiplied by a trained number: diag(l) W. A bias stays as it is.
/// Source: Liu et al., Few-Shot Parameter-Efficient Fine-Tuning is Better and Cheaper than In-Context Learning, NeurIPS 2022.
/// </summary>
public sealed record Ia3 : AdapterKind
{
    internal static Ia3 Of(AdapterArguments arguments) => new();

    public override string Name => "Ia3";

    public override string SiteType => "Ia3Gains";

    public override IReadOnlyList<EquatableArray<Value>> Prepare(GraphBuilder graph, EquatableArray<AdapterSite> sites, bool isTraining) =>
        [.. sites.Select(site => (EquatableArray<Value>)[site.Parameter(graph, "Gains", "ia3_l", new Initializer.Constant(1), [site.Out])])];

    public override (ScalarExpression Formula, Value[] Operands) Change(AdaptedProduct product, EquatableArray<Value> made) =>
        (Scalar.In(0) * Scalar.In(1), [product.Result, product.Spread(made[0], product.Result, $"{product.Name}Gains")]);
}
