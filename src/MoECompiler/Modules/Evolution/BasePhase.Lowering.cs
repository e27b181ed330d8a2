namespace MoECompiler.Modules;

/// <summary>
/// y = E_0(x): every row passes the first expert, at the cost of one, and nothing judges. Source: Nie et al., EvoMoE, 2021 (expert-diversify).
/// </summary>
internal sealed record BasePhase : PhaseLowering
{
    public override string Name => nameof(EvolutionPhase.Base);

    protected override IReadOnlyDictionary<string, object> Changes(ModuleContext layer)
    {
        Dictionary<string, object> changes = new(StringComparer.Ordinal)
        {
            ["Router"] = "First",
            ["Level"] = RouterPartKinds.Levels.Parts[0].Name,
            ["TopK"] = Graphs.Size.One,
            ["RoutedScale"] = 1f,
            [EntropyMeasure.Option] = false,
            [ExpertsMeasure.Option] = true,
            ["CapacityFactor"] = 0f,
            ["EvaluationCapacityFactor"] = 0f,
        };
        foreach (RouterLoss loss in RouterPartKinds.Losses)
            changes[loss.Argument] = 0f;
        return changes;
    }
}
