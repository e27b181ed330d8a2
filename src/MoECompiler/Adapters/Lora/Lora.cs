namespace MoECompiler.Adapters;

/// <summary>
/// Both factors are trained: A begins at random and B at 0, so that a new adapter changes nothing and B gets a gradient.
/// Source: Hu et al., LoRA: Low-Rank Adaptation of Large Language Models, ICLR 2022.
/// </summary>
/// <param name="Rank">The rows of A and the columns of B.</param>
/// <param name="Scale">What the product of the factors is multiplied by.</param>
/// <param name="IsRankStabilized">
/// The scale is Alpha over the root of the rank: gradients are of one size whatever the rank. Source: Kalajdzievski, A Rank Stabilization Scaling
/// Factor for Fine-Tuning with LoRA, 2023.
/// </param>
/// <param name="IsFrozenA">
/// A stays as it was drawn: half the gradients, half the optimizer's state. Source: Zhang et al., LoRA-FA: Memory-efficient Low-rank Adaptation
/// for Large Language Models Fine-tuning, 2023.
/// </param>
public sealed record Lora(int Rank, float Scale, bool IsRankStabilized = false, bool IsFrozenA = false) : LowRankKind(Rank, Scale)
{
    internal static Lora Of(AdapterArguments arguments)
    {
        int rank = arguments.Integer("Rank", otherwise: 8, minimum: 1);
        bool isStabilized = arguments.Flag("RankStabilized");
        return new Lora(rank, arguments.Scale(rank, isStabilized), isStabilized, arguments.Flag("FreezeA"));
    }

    public override string Name => "Lora";

    public override bool IsInPeft => true;

    public override string SiteType => "LoraFactors";

    public override IEnumerable<string> SiteArguments(AdapterSite site) => [.. base.SiteArguments(site), $"IsRankStabilized: {(IsRankStabilized ? "true" : "false")}"];

    public override IReadOnlyList<(Value A, Value B)> Factors(GraphBuilder graph, EquatableArray<AdapterSite> sites, bool isTraining) =>
        [.. sites.Select(site => Factors(graph, site, Rank, IsFrozenA))];

    /// <summary>The parameters of a site.</summary>
    internal static (Value A, Value B) Factors(GraphBuilder graph, AdapterSite site, int rank, bool isFrozenA = false) =>
    (
        site.Parameter(graph, "A", "lora_A.weight", new Initializer.Uniform(site.In), [rank, site.In], isFrozenA),
        site.Parameter(graph, "B", "lora_B.weight", new Initializer.Constant(0), [site.Out, rank])
    );
}
