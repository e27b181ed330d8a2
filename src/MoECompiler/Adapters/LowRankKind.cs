namespace MoECompiler.Adapters;

/// <summary>
/// A weight W acts as W + Scale * B A. How the two factors are made is all that tells one such kind from another; adapters of all of them fit
/// into banks.
/// </summary>
/// <param name="Rank">The rows of A and the columns of B.</param>
/// <param name="Scale">What the product of the factors is multiplied by.</param>
public abstract record LowRankKind(int Rank, float Scale) : AdapterKind
{
    public override IEnumerable<(string Key, string Text)> Description => [("rank", Text($"{Rank}")), ("scale", Text(Scale))];

    public override IEnumerable<string> SiteArguments(AdapterSite site) => [$"Scale: {ScalarExpression.Constant.Text(Scale)}"];

    /// <summary>Adds the factors of all sites: parameters, or what is computed of parameters.</summary>
    /// <returns>Of each site A f32[Groups..., Rank, In] and B f32[Groups..., Out, Rank], such that B A is 0 or near it in a new adapter.</returns>
    public abstract IReadOnlyList<(Value A, Value B)> Factors(GraphBuilder graph, EquatableArray<AdapterSite> sites, bool isTraining);

    public sealed override IReadOnlyList<EquatableArray<Value>> Prepare(GraphBuilder graph, EquatableArray<AdapterSite> sites, bool isTraining) =>
        [.. Factors(graph, sites, isTraining).Select(static f => (EquatableArray<Value>)[f.A, f.B])];

    public sealed override (ScalarExpression Formula, Value[] Operands) Change(AdaptedProduct product, EquatableArray<Value> made) =>
        (Scalar.In(0) + Scalar.In(1), [product.Result, product.LowRank(made[0], made[1], Scale)]);
}
