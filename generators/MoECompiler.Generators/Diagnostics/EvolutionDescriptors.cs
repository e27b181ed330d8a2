using Microsoft.CodeAnalysis;

namespace MoECompiler.Generators.Diagnostics;

/// <summary>Models that evolve: MOE7xxx.</summary>
internal static class EvolutionDescriptors
{
    private const string Category = "MoECompiler.Evolution";

    /// <remarks>{0}: the option; {1}: what was written; {2}: what it may be.</remarks>
    public static readonly DiagnosticDescriptor OptionRange = Error("MOE7001", "An option out of its range", "{0} is {1} and must be {2}");

    /// <remarks>{0}: the model; {1}: the attribute.</remarks>
    public static readonly DiagnosticDescriptor NothingEvolves = Error(
        "MOE7002", "A model without a layer that evolves", "`{0}` has [{1}] and no [RoutedExperts] whose router judges; leave [{1}] out, or take another Router");

    /// <remarks>{0}: the model.</remarks>
    public static readonly DiagnosticDescriptor TwoCourses = Error(
        "MOE7003", "Two ways to train a model in phases", "`{0}` has [Evolve] and [Stabilize], which both say what its layers are at a step; leave one out");

    public static IReadOnlyList<DiagnosticDescriptor> All { get; } = [OptionRange, NothingEvolves, TwoCourses];

    private static DiagnosticDescriptor Error(string id, string title, string message) => new(
        id, title, message, Category, DiagnosticSeverity.Error, isEnabledByDefault: true, customTags: WellKnownDiagnosticTags.NotConfigurable);
}
