namespace MoECompiler.Modules;

/// <summary>
/// The router chooses, its loads evened out by their excess, and the light router learns what by cross entropy. Source: Dai et al., StableMoE, ACL
/// 2022, the first stage.
/// </summary>
/// <param name="Light">The light router.</param>
/// <param name="Distillation">The weight of the cross entropy.</param>
/// <param name="Balance">The weight of the excess.</param>
internal sealed record LearningPhase(LightRouting Light, float Distillation, float Balance) : PhaseLowering
{
    public override string Name => nameof(EvolutionPhase.Learning);

    protected override IReadOnlyDictionary<string, object> Changes(ModuleContext layer)
    {
        Dictionary<string, object> changes = Light.Changes();
        changes[DistillationLoss.Option] = Distillation;
        changes[ExcessLoss.Option] = Balance;
        return changes;
    }
}
