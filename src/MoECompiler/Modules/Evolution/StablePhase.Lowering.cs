namespace MoECompiler.Modules;

/// <summary>
/// The light router chooses, which nothing trains, and the router's sigmoid(logit) weighs; the loss is the task's alone. Source: Dai et al., StableMoE,
/// ACL 2022, the second stage.
/// </summary>
/// <param name="Light">The light router.</param>
internal sealed record StablePhase(LightRouting Light) : PhaseLowering
{
    public override string Name => nameof(EvolutionPhase.Sparse);

    protected override IReadOnlyDictionary<string, object> Changes(ModuleContext layer)
    {
        Dictionary<string, object> changes = Light.Changes();
        changes["Selection"] = LightSelection.Word;
        changes["Noise"] = "None";
        changes["Temperature"] = 1f;
        changes["FinalTemperature"] = 1f;
        changes[EntropyMeasure.Option] = false;
        foreach (RouterLoss loss in RouterPartKinds.Losses)
            changes[loss.Argument] = 0f;
        return changes;
    }
}
