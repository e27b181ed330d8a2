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
public sealed record Nola(int Rank, float Scale, int BasisA, int BasisB, int Seed, bool IsShared, bool StartsAtZero) : LowRankKind(Rank, Scale)
{
    internal static Nola Of(AdapterArguments arguments)
    {
        int rank = arguments.Integer("Rank", otherwise: 8, minimum: 1);
        return new Nola(
            rank,
            arguments.Scale(rank),
            arguments.Integer("BasisA", otherwise: 256, minimum: 1),
            arguments.Integer("BasisB", otherwise: 256, minimum: 1),
            arguments.Integer("Seed", otherwise: 0, minimum: 0),
            arguments.Choice("Share", otherwise: "PerShape") == "PerShape",
            arguments.Choice("Start", otherwise: "Zero") == "Zero");
    }

    public override string Name => "Nola";

    public override string SiteType => "NolaFactors";

    public override IEnumerable<(string Key, string Text)> Description =>
    [
        .. base.Description, ("basis_a", Text($"{BasisA}")), ("basis_b", Text($"{BasisB}")), ("seed", Text($"{Seed}")),
        ("share", Text(IsShared ? "PerShape" : "PerMatrix")), ("start", Text(StartsAtZero ? "Zero" : "Uniform")),
    ];

    public override IReadOnlyList<(Value A, Value B)> Factors(GraphBuilder graph, EquatableArray<AdapterSite> sites, bool isTraining)
    {
        List<(SeededMatrices A, SeededMatrices B)> given = [.. sites.Select(site => (
            new SeededMatrices(site, $"{site.Name}A", MixOfA(site), site.Parameter(graph, "CoefficientsA", "nola_alpha", Initial(BasisA), [BasisA])),
            new SeededMatrices(site, $"{site.Name}B", MixOfB(site), site.Parameter(graph, "CoefficientsB", "nola_beta", Initial(BasisB), [BasisB]))))];
        return [.. SeededMatrices.Make(graph, [.. given.Select(static g => g.A)]).Zip(SeededMatrices.Make(graph, [.. given.Select(static g => g.B)]), static (a, b) => (a, b))];
    }

    public override IEnumerable<string> SiteArguments(AdapterSite site) =>
        [.. base.SiteArguments(site), SeededMatrices.Argument(MixOfA(site)), SeededMatrices.Argument(MixOfB(site))];

    private SeededMix MixOfA(AdapterSite site) => Mix(site, "A", Rank, site.In, BasisA, offsetOf: StartsAtZero ? site.In : Size.Zero);

    private SeededMix MixOfB(AdapterSite site) => Mix(site, "B", site.Out, Rank, BasisB, Size.Zero);

    /// <summary>Random matrices have the scale of their number where the start is 0, else that of a new factor of LoRA.</summary>
    private SeededMix Mix(AdapterSite site, string factor, Size rows, Size columns, int basis, Size offsetOf) => new(
        (ulong)Seed, SeededMatrices.Basis($"{(IsShared ? "" : site.Name)}.{factor} {rows} {columns}"), IsShared, rows, columns, StartsAtZero ? basis : columns, offsetOf);

    private Initializer Initial(int basis) => new Initializer.Constant(StartsAtZero ? 0 : 1f / basis);
}
