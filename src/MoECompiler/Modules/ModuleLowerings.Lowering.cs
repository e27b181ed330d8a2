namespace MoECompiler.Modules;

/// <summary>Every kind of module.</summary>
internal static class ModuleLowerings
{
    public static IReadOnlyList<ModuleLowering> All { get; } =
    [
        new LinearLowering(), new LayerNormLowering(), new RmsNormLowering(), new EmbeddingLowering(), new DropoutLowering(),
        new ConvolutionLowering(), new PatchEmbeddingLowering(), new RoutedExpertsLowering(), new ExpertBankLowering(), new GateLowering(),
        new AttentionLowering(), new ConvolutionExpertsLowering(),
        new MemoryExpertsLowering(),
    ];

    public static ModuleLowering? Of(string kind) => All.FirstOrDefault(m => m.Kind == kind);
}
