using Microsoft.CodeAnalysis;

namespace MoECompiler.Generators.Diagnostics;

/// <summary>Models that evolve: MOE7xxx.</summary>
internal static class EvolutionDescriptors
{
    private const string Category = "MoECompiler.Evolution";

    /// <remarks>{0}: the option; {1}: what was written; {2}: what it may be.</remarks>
    public static readonly DiagnosticDescriptor OptionRange = Error("MOE7001", "An option out of its range", "{0} is {1} and must be {2}");

    /// <remarks>{0}: the model.</remarks>
    public static readonly DiagnosticDescriptor NothingEvolves = Error(
        "MOE7002", "A model without a layer that evolves", "`{0}` has [Evolve] and no [RoutedExperts] whose router judges; leave [Evolve] out, or take another Router");

    public static IReadOnlyList<DiagnosticDescriptor> All { get; } = [OptionRange, NothingEvolves];

    private static DiagnosticDescriptor Error(string id, string title, string message) => new(
        id, title, message, Category, DiagnosticSeverity.Error, isEnabledByDefault: true, customTags: WellKnownDiagnosticTags.NotConfigurable);
}
