using Microsoft.CodeAnalysis;

namespace MoECompiler.Generators.Diagnostics;

/// <summary>What training cannot do: MOE3xxx. Raised while the model is differentiated.</summary>
internal static class GradientDescriptors
{
    private const string Category = "MoECompiler.Gradients";

    /// <remarks>{0}: the op; {1}: the weight.</remarks>
    public static readonly DiagnosticDescriptor NoGradient = new(
        id: "MOE3001",
        title: "No gradient",
        messageFormat: "There is no gradient for `{0}`, met on the way from the loss to `{1}`; keep it out of the loss, or mark the member [Frozen]",
        category: Category,
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        customTags: WellKnownDiagnosticTags.NotConfigurable);

    /// <remarks>{0}: the weight.</remarks>
    public static readonly DiagnosticDescriptor NoDependence = new(
        id: "MOE3002",
        title: "A weight that the loss does not depend on",
        messageFormat: "`{0}` gets no gradient: the loss does not depend on it; use the member, or mark it [Frozen]",
        category: Category,
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true);

    /// <remarks>{0}: the table.</remarks>
    public static readonly DiagnosticDescriptor WholeTable = new(
        id: "MOE3003",
        title: "A table whose rows are not all that is trained",
        messageFormat: "A step trains the whole of `{0}`, not the rows that it read: the table is read in several places, or in repeated layers; read it once, or leave out Sparse",
        category: Category,
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true);

    /// <remarks>{0}: the weight.</remarks>
    public static readonly DiagnosticDescriptor Quantized = new(
        id: "MOE3004",
        title: "A weight in 4 bits that would be trained",
        messageFormat: "`{0}` is stored in 4 bits, which no step of an optimizer changes; mark the member [Frozen], and train an adapter of the model",
        category: Category,
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        customTags: WellKnownDiagnosticTags.NotConfigurable);

    public static IReadOnlyList<DiagnosticDescriptor> All { get; } =
    [
        NoGradient,
        NoDependence,
        WholeTable,
        Quantized,
    ];
}
