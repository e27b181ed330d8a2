using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace MoECompiler.Generators.Diagnostics;

/// <summary>All diagnostics by their ids.</summary>
internal static class Descriptors
{
    public static IReadOnlyList<DiagnosticDescriptor> All { get; } =
    [
        .. SettingDescriptors.All, .. ForwardDescriptors.All, .. MemberDescriptors.All, .. ShapeDescriptors.All, .. GradientDescriptors.All,
        .. CheckpointDescriptors.All, .. AdapterDescriptors.All, .. EvolutionDescriptors.All, .. InternalDescriptors.All,
    ];

    private static readonly Dictionary<string, DiagnosticDescriptor> s_byId = All.ToDictionary(static d => d.Id, StringComparer.Ordinal);

    /// <summary>
    /// The diagnostic for the user, at the place that its span number stands for. The arguments of the message are also its properties,
    /// for the code fixes to read.
    /// </summary>
    public static Diagnostic Create(DiagnosticInfo info, EquatableArray<Location> locations) => Diagnostic.Create(
        s_byId[info.Id],
        info.Span >= 0 && info.Span < locations.Count ? locations[info.Span] : Location.None,
        info.Arguments
            .Select(static (argument, i) => new KeyValuePair<string, string?>(FixableIds.Argument(i), argument))
            .ToImmutableDictionary(StringComparer.Ordinal),
        [.. info.Arguments]);
}
