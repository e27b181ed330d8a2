namespace MoECompiler.Adapters;

/// <summary>
/// Both factors are trained: A begins at random and B at 0, so that a new adapter changes nothing and B gets a gradient.
/// Source: Hu et al., LoRA: Low-Rank Adaptation of Large Language Models, ICLR 2022.
/// </summary>
public sealed record Lora(int Rank, float Scale) : AdapterKind(Rank, Scale)
{
    internal static Lora Of(AdapterArguments arguments)
    {
        int rank = arguments.Integer("Rank", otherwise: 8, minimum: 1);
        float alpha = arguments.Number("Alpha", otherwise: 0);
        return new Lora(rank, alpha == 0 ? 1 : alpha / rank);
    }

    public override string Name => "Lora";

    public override bool IsInPeft => true;

    public override string FactorsType => "LoraFactors";

    public override IReadOnlyList<(Value A, Value B)> Factors(GraphBuilder graph, EquatableArray<AdapterSite> sites) =>
    [
        .. sites.Select(site =>
        (
            site.Parameter(graph, "A", "lora_A.weight", new Initializer.Uniform(site.In), Rank, site.In),
            site.Parameter(graph, "B", "lora_B.weight", new Initializer.Constant(0), site.Out, Rank)
        )),
    ];
}
