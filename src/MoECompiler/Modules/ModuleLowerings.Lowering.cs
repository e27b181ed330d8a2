namespace MoECompiler.Modules;

/// <summary>Every kind of module.</summary>
internal static class ModuleLowerings
{
    public static IReadOnlyList<ModuleLowering> All { get; } =
    [
        new LinearLowering(), new LayerNormLowering(), new RmsNormLowering(), new EmbeddingLowering(), new DropoutLowering(),
        new ConvolutionLowering(), new PatchEmbeddingLowering(), new AttentionLowering(), new ConvolutionExpertsLowering(),
        new RoutedExpertsLowering(), new SoftExpertsLowering(), new ExpertBankLowering(), new GateLowering(), new MemoryExpertsLowering(),
        new StructureBiasLowering(), new PositionHeadLowering(),
    ];

    public static ModuleLowering? Of(string kind) => All.FirstOrDefault(m => m.Kind == kind);
}
