namespace MoECompiler.Adapters;

/// <summary>
/// Both factors are combinations of random matrices that are never stored; their coefficients are trained.
/// Source: Koohpayegani et al., NOLA: Compressing LoRA using Linear Combination of Random Basis, ICLR 2024.
/// </summary>
/// <param name="Rank">The rows of A and the columns of B.</param>
/// <param name="Scale">What the product of the factors is multiplied by.</param>
/// <param name="BasisA">How many random matrices A is made of.</param>
/// <param name="BasisB">How many random matrices B is made of.</param>
/// <param name="Seed">What they are drawn from.</param>
/// <param name="IsShared">Factors of the same extents have the same random matrices; else each matrix has its own.</param>
/// <param name="StartsAtZero">Coefficients of 0 beside a random A0; else all are 1 over their number.</param>
public sealed record Nola(int Rank, float Scale, int BasisA, int BasisB, int Seed, bool IsShared, bool StartsAtZero) : AdapterKind(Rank, Scale)
{
    internal static Nola Of(AdapterArguments arguments)
    {
        int rank = arguments.Integer("Rank", otherwise: 8, minimum: 1);
        float alpha = arguments.Number("Alpha", otherwise: 0);
        return new Nola(
            rank,
            alpha == 0 ? 1 : alpha / rank,
            arguments.Integer("BasisA", otherwise: 256, minimum: 1),
            arguments.Integer("BasisB", otherwise: 256, minimum: 1),
            arguments.Integer("Seed", otherwise: 0, minimum: 0),
            arguments.Choice("Share", otherwise: "PerShape") == "PerShape",
            arguments.Choice("Start", otherwise: "Zero") == "Zero");
    }

    public override string Name => "Nola";

    public override string FactorsType => "NolaFactors";

    public override IEnumerable<(string Key, string Value)> Description =>
    [
        ("basis_a", $"{BasisA}"), ("basis_b", $"{BasisB}"), ("seed", $"{Seed}"),
        ("share", IsShared ? "PerShape" : "PerMatrix"), ("start", StartsAtZero ? "Zero" : "Uniform"),
    ];

    public override IReadOnlyList<(Value A, Value B)> Factors(GraphBuilder graph, EquatableArray<AdapterSite> sites)
    {
        List<(Coefficients A, Coefficients B)> given = [.. sites.Select(site => (
            new Coefficients(site, $"{site.Name}A", MixOfA(site), site.Parameter(graph, "CoefficientsA", "nola_alpha", Initial(BasisA), BasisA)),
            new Coefficients(site, $"{site.Name}B", MixOfB(site), site.Parameter(graph, "CoefficientsB", "nola_beta", Initial(BasisB), BasisB))))];
        return [.. Mixed(graph, [.. given.Select(static g => g.A)]).Zip(Mixed(graph, [.. given.Select(static g => g.B)]), static (a, b) => (a, b))];
    }

    /// <summary>A factor of a site as it is to be made.</summary>
    private sealed record Coefficients(AdapterSite Site, string Name, SeededMix Mix, Value Value)
    {
        /// <summary>How many matrices the site is.</summary>
        public Size Matrices => Size.Product(Site.Groups);
    }

    /// <summary>The factors in the order of their coefficients. Those of one basis are one product with it, so that it is drawn once a step.</summary>
    private static Value[] Mixed(GraphBuilder graph, List<Coefficients> factors)
    {
        Value[] made = new Value[factors.Count];
        foreach (IGrouping<SeededMix, int> basis in Enumerable.Range(0, factors.Count).GroupBy(i => factors[i].Mix))
        {
            List<Coefficients> all = [.. basis.Select(i => factors[i])];
            if (all.Count == 1 || !basis.Key.IsShared)
            {
                foreach (int i in basis)
                    made[i] = graph.Add(basis.Key, factors[i].Name, factors[i].Value);
                continue;
            }
            Value coefficients = graph.Joined([.. all.Select(f => graph.Reshape(f.Value, [f.Matrices, f.Value.Type.Columns], f.Name))], "coefficients");
            Value matrices = graph.Add(basis.Key, "factors", coefficients);
            EquatableArray<Value> parts = graph.AddNode(new Split(all.Select(static f => f.Matrices).ToEquatable()), [.. all.Select(static f => f.Name)], [matrices]);
            foreach ((int i, Value part) in basis.Zip(parts, static (i, part) => (i, part)))
                made[i] = graph.Reshape(part, [.. factors[i].Site.Groups, .. part.Type.Shape.Skip(1)], factors[i].Name);
        }
        return made;
    }

    public override IEnumerable<string> FactorsArguments(AdapterSite site) => [Argument(MixOfA(site)), Argument(MixOfB(site))];

    private SeededMix MixOfA(AdapterSite site) => Mix(site, "A", Rank, site.In, BasisA, offsetOf: StartsAtZero ? site.In : Size.Zero);

    private SeededMix MixOfB(AdapterSite site) => Mix(site, "B", site.Out, Rank, BasisB, Size.Zero);

    /// <summary>Random matrices have the scale of their number where the start is 0, else that of a new factor of LoRA.</summary>
    private SeededMix Mix(AdapterSite site, string factor, Size rows, Size columns, int basis, Size offsetOf) => new(
        (ulong)Seed, Number($"{(IsShared ? "" : site.Name)}.{factor} {rows} {columns}"), IsShared, rows, columns, StartsAtZero ? basis : columns, offsetOf);

    private Initializer Initial(int basis) => new Initializer.Constant(StartsAtZero ? 0 : 1f / basis);

    private static string Argument(SeededMix mix) => $"new SeededFactor({mix.KernelArguments}, Rows: {mix.Rows}, Columns: {mix.Columns})";

    /// <summary>A basis by its name: FNV-1a, without the sign.</summary>
    private static int Number(string name)
    {
        uint hash = 2166136261;
        foreach (char letter in name)
            hash = unchecked((hash ^ letter) * 16777619);
        return (int)(hash & int.MaxValue);
    }
}
