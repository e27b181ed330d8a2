using Microsoft.CodeAnalysis;

namespace MoECompiler.Generators.Diagnostics;

/// <summary>What the plan could not do: MOE4xxx.</summary>
internal static class PlanDescriptors
{
    private const string Category = "MoECompiler.Plans";

    /// <remarks>{0}: the op; {1}: the kernel; {2}: the reason.</remarks>
    public static readonly DiagnosticDescriptor NotFused = new(
        id: "MOE4001",
        title: "Not fused",
        messageFormat: "`{0}` is not fused into `{1}`: {2}",
        category: Category,
        defaultSeverity: DiagnosticSeverity.Info,
        isEnabledByDefault: true);

    public static IReadOnlyList<DiagnosticDescriptor> All { get; } =
    [
        NotFused,
    ];
}
