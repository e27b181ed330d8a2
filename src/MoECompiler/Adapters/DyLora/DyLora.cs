namespace MoECompiler.Adapters;

/// <summary>
/// LoRA at any rank: each training step draws a rank and leaves the rows and columns past it out, so that the first ones do most; the change is
/// Alpha over the rank in use. Source: Valipour et al., DyLoRA: Parameter-Efficient Tuning of Pre-trained Models using Dynamic Search-Free
/// Low-Rank Adaptation, EACL 2023.
/// </summary>
/// <param name="Rank">The greatest rank.</param>
/// <param name="Scale">Alpha over the greatest rank.</param>
/// <param name="LeastRank">The least rank that is drawn.</param>
public sealed record DyLora(int Rank, float Scale, int LeastRank) : LowRankKind(Rank, Scale)
{
    /// <summary>Where the rank is drawn: past the sites that a model numbers.</summary>
    private const int Site = 1 << 20;

    internal static DyLora Of(AdapterArguments arguments)
    {
        int rank = arguments.Integer("Rank", otherwise: 8, minimum: 1);
        return new DyLora(rank, arguments.Scale(rank), arguments.Integer("LeastRank", otherwise: 1, minimum: 1, maximum: rank));
    }

    public override string Name => "DyLora";

    public override string SiteType => "DyLoraFactors";

    public override IReadOnlyList<(Value A, Value B)> Factors(GraphBuilder graph, EquatableArray<AdapterSite> sites, bool isTraining)
    {
        Value? drawn = isTraining ? Drawn(graph) : null;
        return
        [
            .. sites.Select(site =>
            {
                (Value a, Value b) = Lora.Factors(graph, site, Rank);
                Value served = site.Parameter(graph, "Kept", "dylora_kept", new Initializer.Constant(1), [Rank], isFrozen: true);
                Value kept = drawn ?? served;
                return (graph.Multiply(a, graph.Reshape(kept, [.. kept.Type.Shape, Size.One], $"{site.Name}Rows"), $"{site.Name}Kept"), b);
            }),
        ];
    }

    /// <summary>Rank / b for the first b rows and 0 for the others: f32[Rank]. Each b from the least to the greatest is as likely.</summary>
    private Value Drawn(GraphBuilder graph)
    {
        Value uniform = graph.Add(new Noise(NoiseKind.Uniform, Site), "share", graph.Add(new Fill(0, [Size.One]), "one"));
        // Row i is there where i < LeastRank + floor(u n), with n ranks to choose from: where i + 1 - LeastRank is at most u n.
        ScalarExpression isThere = 1f - Scalar.Step(Scalar.In(0) + (1f - LeastRank) - (float)(Rank - LeastRank + 1) * Scalar.In(1));
        Value rows = graph.Elementwise(isThere, [graph.Add(new Iota(Rank), "row"), uniform], "isThere");
        Value count = graph.Reduce(Reduction.Sum, rows, [0], "rank", keepExtents: true);
        return graph.Elementwise((float)Rank * Scalar.In(0) / Scalar.In(1), [rows, count], "kept");
    }
}
