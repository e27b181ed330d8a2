using Microsoft.CodeAnalysis;

namespace MoECompiler.Generators.Diagnostics;

/// <summary>Adapters: MOE6xxx.</summary>
internal static class AdapterDescriptors
{
    private const string Category = "MoECompiler.Adapters";

    /// <remarks>{0}: the target; {1}: the model; {2}: the weights there are.</remarks>
    public static readonly DiagnosticDescriptor UnknownTarget = Error(
        "MOE6001", "A target that is not there", "`{0}` names no weight of `{1}` that an adapter can change; there are: {2}");

    /// <remarks>{0}: the adapter; {1}: the type.</remarks>
    public static readonly DiagnosticDescriptor NotAModel = Error(
        "MOE6002", "An adapter is of a model", "`{0}` is an adapter of `{1}`, which is no class marked [Model] of this project: an adapter is compiled from the model's declaration");

    /// <remarks>{0}: the option; {1}: what was written; {2}: what it may be.</remarks>
    public static readonly DiagnosticDescriptor OptionRange = Error(
        "MOE6003", "An option out of its range", "{0} is {1} and must be {2}");

    /// <remarks>{0}: the adapter; {1}: the model; {2}: the member.</remarks>
    public static readonly DiagnosticDescriptor PrivateMember = Error(
        "MOE6004", "A member that an adapter cannot read", "`{0}` cannot read `{1}.{2}`, which is private; make it internal or public");

    /// <remarks>{0}: the adapter.</remarks>
    public static readonly DiagnosticDescriptor TwoKinds = Error(
        "MOE6005", "An adapter is of one kind", "`{0}` has two attributes of adapters; declare two classes");

    /// <remarks>{0}: the adapter; {1}: the model.</remarks>
    public static readonly DiagnosticDescriptor HiddenModel = Error(
        "MOE6006", "An adapter is seen no further than its model", "`{0}` is public and `{1}`, which it shows, is not; make both public or both internal");

    /// <remarks>{0}: the adapter; {1}: the weight.</remarks>
    public static readonly DiagnosticDescriptor NoDependence = new(
        "MOE6007",
        "A change that the loss does not depend on",
        "`{0}` changes `{1}` and cannot be trained to: the loss does not depend on it; name other Targets",
        Category,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true);

    /// <remarks>{0}: the kind of adapter.</remarks>
    public static readonly DiagnosticDescriptor NoBank = Error(
        "MOE6008", "A bank is of factors", "Adapters of [{0}] fit into no bank, which runs rows under different pairs of factors: leave `Bank` out");

    public static IReadOnlyList<DiagnosticDescriptor> All { get; } =
        [UnknownTarget, NotAModel, OptionRange, PrivateMember, TwoKinds, HiddenModel, NoDependence, NoBank];

    private static DiagnosticDescriptor Error(string id, string title, string message) => new(
        id, title, message, Category, DiagnosticSeverity.Error, isEnabledByDefault: true, customTags: WellKnownDiagnosticTags.NotConfigurable);
}
