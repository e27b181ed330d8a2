using Microsoft.CodeAnalysis;

namespace MoECompiler.Generators.Diagnostics;

/// <summary>Names in checkpoints: MOE5xxx.</summary>
internal static class CheckpointDescriptors
{
    private const string Category = "MoECompiler.Checkpoints";

    /// <remarks>{0}: the name; {1}: the member.</remarks>
    public static readonly DiagnosticDescriptor LayerMissing = new(
        id: FixableIds.LayerMissing,
        title: "Layers without a number",
        messageFormat: "[Weights(\"{0}\")] of `{1}` lacks {{layer}}, which stands for the number of a layer; write \"{0}.{{layer}}\" or where else the number stands",
        category: Category,
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        customTags: WellKnownDiagnosticTags.NotConfigurable);

    /// <remarks>{0}: the name; {1}: the member.</remarks>
    public static readonly DiagnosticDescriptor LayerMisplaced = new(
        id: "MOE5002",
        title: "A number without layers",
        messageFormat: "[Weights(\"{0}\")] of `{1}` has {{layer}}, but `{1}` is not `Layers<T>`; the number belongs to the name of the layers",
        category: Category,
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        customTags: WellKnownDiagnosticTags.NotConfigurable);

    /// <remarks>{0}: the name; {1}: the member; {2}: the placeholder.</remarks>
    public static readonly DiagnosticDescriptor UnknownPlaceholder = new(
        id: FixableIds.UnknownPlaceholder,
        title: "An unknown placeholder",
        messageFormat: "[Weights(\"{0}\")] of `{1}` has {2}, which stands for nothing; there is only {{layer}}",
        category: Category,
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        customTags: WellKnownDiagnosticTags.NotConfigurable);

    /// <remarks>{0}, {1}: the members; {2}: the name.</remarks>
    public static readonly DiagnosticDescriptor NameTwice = new(
        id: "MOE5004",
        title: "Two members of one name",
        messageFormat: "`{0}` and `{1}` are both called \"{2}\" in a checkpoint; give one another [Weights(...)]",
        category: Category,
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        customTags: WellKnownDiagnosticTags.NotConfigurable);

    /// <remarks>{0}: the name; {1}: the member.</remarks>
    public static readonly DiagnosticDescriptor BadName = new(
        id: "MOE5005",
        title: "Not a name",
        messageFormat: "[Weights(\"{0}\")] of `{1}` is not a name in a checkpoint: it has parts between dots, none of them empty",
        category: Category,
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        customTags: WellKnownDiagnosticTags.NotConfigurable);

    public static IReadOnlyList<DiagnosticDescriptor> All { get; } =
    [
        LayerMissing,
        LayerMisplaced,
        UnknownPlaceholder,
        NameTwice,
        BadName,
    ];
}
