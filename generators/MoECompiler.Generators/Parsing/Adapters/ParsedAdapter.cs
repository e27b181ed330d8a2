using Microsoft.CodeAnalysis;

namespace MoECompiler.Generators.Parsing;

/// <summary>A class with an adapter's attribute, parsed.</summary>
/// <param name="Declaration">What the emitted code depends on.</param>
/// <param name="Diagnostics">What there is to report.</param>
/// <param name="Locations">The places that spans are numbers of.</param>
internal sealed record ParsedAdapter(AdapterDeclaration Declaration, EquatableArray<DiagnosticInfo> Diagnostics, EquatableArray<Location> Locations);

/// <summary>An adapter without places.</summary>
/// <param name="Class">The class.</param>
/// <param name="Spec">Null where something is wrong.</param>
internal sealed record AdapterDeclaration(DeclaredClass Class, AdapterSpec? Spec);
