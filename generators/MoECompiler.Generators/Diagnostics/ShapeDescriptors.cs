using Microsoft.CodeAnalysis;

namespace MoECompiler.Generators.Diagnostics;

/// <summary>Shapes that do not fit: MOE2xxx. Raised while the model is lowered.</summary>
internal static class ShapeDescriptors
{
    private const string Category = "MoECompiler.Shapes";

    /// <remarks>{0}: the op or method, what it takes and what it is given.</remarks>
    public static readonly DiagnosticDescriptor DoesNotFit = new(
        id: "MOE2001",
        title: "Shapes do not fit",
        messageFormat: "{0}",
        category: Category,
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        customTags: WellKnownDiagnosticTags.NotConfigurable);

    /// <remarks>{0}: the input.</remarks>
    public static readonly DiagnosticDescriptor NotInferred = new(
        id: "MOE2002",
        title: "A shape that nothing tells",
        messageFormat: "The shape of `{0}` cannot be inferred from its first use; say it on the parameter: `[Shape(\"B\", ...)] Tensor {0}`",
        category: Category,
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        customTags: WellKnownDiagnosticTags.NotConfigurable);

    /// <remarks>{0}: the type of what is returned.</remarks>
    public static readonly DiagnosticDescriptor LossNotScalar = new(
        id: "MOE2003",
        title: "A loss is one number",
        messageFormat: "The loss is {0}, but training minimizes one number; end it with `.Mean()` or `.Sum()`",
        category: Category,
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        customTags: WellKnownDiagnosticTags.NotConfigurable);

    public static IReadOnlyList<DiagnosticDescriptor> All { get; } =
    [
        DoesNotFit,
        NotInferred,
        LossNotScalar,
    ];
}
