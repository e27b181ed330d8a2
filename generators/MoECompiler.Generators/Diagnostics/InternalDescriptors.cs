using Microsoft.CodeAnalysis;

namespace MoECompiler.Generators.Diagnostics;

/// <summary>Our own errors: MOE9xxx.</summary>
internal static class InternalDescriptors
{
    private const string Category = "MoECompiler.Internal";

    /// <remarks>{0}: the model; {1}: the step; {2}: the exception.</remarks>
    public static readonly DiagnosticDescriptor Failure = new(
        id: "MOE9001",
        title: "Internal error",
        messageFormat: "Internal error of the compiler in {1} `{0}`: {2}; please report it with the declaration of the model",
        category: Category,
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        customTags: WellKnownDiagnosticTags.NotConfigurable);

    public static IReadOnlyList<DiagnosticDescriptor> All { get; } =
    [
        Failure,
    ];
}
