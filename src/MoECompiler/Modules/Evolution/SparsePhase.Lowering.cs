namespace MoECompiler.Modules;

/// <summary>The layers as declared, which report how many experts a token has, as the phases before do.</summary>
internal sealed record SparsePhase : PhaseLowering
{
    public override string Name => nameof(EvolutionPhase.Sparse);

    protected override IReadOnlyDictionary<string, object> Changes(ModuleContext layer) =>
        new Dictionary<string, object>(StringComparer.Ordinal) { [ExpertsMeasure.Option] = true };
}
